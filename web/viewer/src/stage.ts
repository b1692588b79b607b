import {
  ACESFilmicToneMapping,
  type AnimationAction,
  AnimationMixer,
  Box3,
  DirectionalLight,
  HemisphereLight,
  Mesh,
  MeshBasicMaterial,
  MeshStandardMaterial,
  PerspectiveCamera,
  PMREMGenerator,
  Scene,
  Vector3,
  WebGLRenderer,
} from "three";
import { OrbitControls } from "three/examples/jsm/controls/OrbitControls.js";
import { RoomEnvironment } from "three/examples/jsm/environments/RoomEnvironment.js";
import { GLTFLoader } from "three/examples/jsm/loaders/GLTFLoader.js";

const FIELD_OF_VIEW = 18; // degrees
// What is in the picture of a head of this size: all of it but the shoulders.
const SHOWN = { height: 0.98, width: 0.62, above: 0.07 };
const PORTRAIT_TURN = 0.3; // rad to each side: further round a photo has nothing to show

/** Shows a head at any instant of its animations, several of them side by side. Knows nothing of sound or page. */
export class Stage {
  protected readonly renderer: WebGLRenderer;
  protected readonly scene = new Scene();
  protected readonly camera = new PerspectiveCamera(FIELD_OF_VIEW, 1, 0.05, 20);
  protected readonly controls: OrbitControls;
  private readonly size = new Vector3(0.3, 0.3, 0.3);
  private readonly centre = new Vector3();
  private shown = NaN;
  protected changed = true;
  private mixer: AnimationMixer | undefined;
  private readonly actions = new Map<string, AnimationAction>();
  private cells: (AnimationAction | undefined)[] = [undefined];
  private columns = 1;
  /** From where a file says that it is to be seen: a photo. */
  protected viewpoint: PerspectiveCamera | undefined;

  /** Throws where WebGL 2 is missing. */
  constructor(private readonly host: HTMLElement) {
    this.renderer = new WebGLRenderer({ antialias: true, alpha: true });
    this.renderer.setPixelRatio(Math.min(devicePixelRatio, 2));
    this.renderer.toneMapping = ACESFilmicToneMapping;
    this.renderer.toneMappingExposure = 1.05;
    this.renderer.setScissorTest(true);
    const canvas = this.renderer.domElement;
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", "Moving head; drag to turn the view");
    host.append(canvas);
    this.controls = new OrbitControls(this.camera, canvas);
    this.controls.enableDamping = true;
    this.controls.dampingFactor = 0.12;
    this.controls.enablePan = false;
    this.scene.add(new HemisphereLight(0xf4f7ff, 0x7a675c, 1.2));
    this.light(0xfff1e2, 2.3, [-0.7, 0.75, 1.2]);
    this.light(0xdfeaff, 0.9, [1.3, 0.15, 0.9]);
    this.light(0xffffff, 1.1, [0.6, 0.6, -1.4]);
    new ResizeObserver(() => this.resize()).observe(host);
  }

  private light(colour: number, intensity: number, position: [number, number, number]): void {
    const light = new DirectionalLight(colour, intensity);
    light.position.set(...position);
    this.scene.add(light);
  }

  /** Takes the content of a GLB file and shows its first animation. */
  async load(glb: ArrayBuffer): Promise<void> {
    const { scene: head, animations, cameras } = await new GLTFLoader().parseAsync(glb, "");
    this.viewpoint = cameras.find((camera) => camera instanceof PerspectiveCamera);
    const room = new PMREMGenerator(this.renderer).fromScene(new RoomEnvironment()).texture;
    head.traverse((part) => {
      if (!(part instanceof Mesh)) return;
      part.frustumCulled = false; // its bounds are those of the neutral face
      if (part.material instanceof MeshBasicMaterial) part.material.toneMapped = false; // a photo's colours are final
      if (part.material instanceof MeshStandardMaterial && part.material.roughness < 0.1) {
        part.material.envMap = room; // wet eyes mirror what is around them
        part.material.envMapIntensity = 0.3;
      }
    });
    const bounds = new Box3().setFromObject(head);
    bounds.getSize(this.size);
    bounds.getCenter(this.centre);
    this.scene.add(head);
    this.mixer = new AnimationMixer(head);
    for (const animation of animations) this.actions.set(animation.name, this.mixer.clipAction(animation));
    this.arrange([...this.actions.keys()].slice(0, 1), 1);
  }

  /** Shows these animations side by side, in rows of so many columns, all from the same side. */
  arrange(names: string[], columns: number): void {
    for (const action of this.cells) action?.stop();
    this.cells = names.map((name) => this.actions.get(name)?.play());
    this.columns = columns;
    this.resize();
    this.resetView();
  }

  /** Shows the head as it is at this time, seconds; draws only what has changed. */
  show(time: number): void {
    const turned = this.controls.update();
    if (!turned && !this.changed && time === this.shown) return;
    this.changed = false;
    this.shown = time;
    const { clientWidth, clientHeight } = this.host;
    const [width, height] = [clientWidth / this.columns, clientHeight / this.rows];
    this.cells.forEach((action, cell) => {
      if (this.mixer && action) {
        for (const other of this.cells) if (other) other.enabled = other === action;
        action.time = Math.min(time, action.getClip().duration);
        this.mixer.update(0);
      }
      const row = this.rows - 1 - Math.floor(cell / this.columns); // counted from below
      const box = [(cell % this.columns) * width, row * height, width, height] as const;
      this.renderer.setViewport(...box);
      this.renderer.setScissor(...box);
      this.renderer.render(this.scene, this.camera);
    });
  }

  resetView(): void {
    if (this.viewpoint) return this.resetToViewpoint(this.viewpoint);
    const { target } = this.controls;
    const half = Math.tan((FIELD_OF_VIEW / 2) * (Math.PI / 180));
    const high = (this.size.y * SHOWN.height) / 2 / half;
    const wide = (this.size.x * SHOWN.width) / 2 / half / this.camera.aspect;
    const distance = Math.max(high, wide) + this.size.z / 2;
    target.set(this.centre.x, this.centre.y + this.size.y * SHOWN.above, this.centre.z);
    this.camera.position.set(target.x, target.y, target.z + distance);
    this.controls.minDistance = distance * 0.35;
    this.controls.maxDistance = distance * 2.5;
    this.changed = true;
  }

  /** All that a photo shows, or in a narrow window its middle; turned only as far as it bears. */
  private resetToViewpoint({ position, fov, aspect }: PerspectiveCamera): void {
    const narrower = Math.max(1, aspect / this.camera.aspect);
    const distance = position.z * narrower * (Math.tan((fov * Math.PI) / 360) / Math.tan((FIELD_OF_VIEW * Math.PI) / 360));
    this.controls.target.set(position.x, position.y, 0);
    this.camera.position.set(position.x, position.y, distance);
    Object.assign(this.controls, {
      minDistance: distance * 0.35,
      maxDistance: distance * 1.5,
      minAzimuthAngle: -PORTRAIT_TURN,
      maxAzimuthAngle: PORTRAIT_TURN,
      minPolarAngle: Math.PI / 2 - PORTRAIT_TURN,
      maxPolarAngle: Math.PI / 2 + PORTRAIT_TURN,
    });
    this.changed = true;
  }

  private get rows(): number {
    return Math.max(1, Math.ceil(this.cells.length / this.columns));
  }

  private resize(): void {
    const { clientWidth: width, clientHeight: height } = this.host;
    if (width === 0 || height === 0) return;
    this.renderer.setSize(width, height);
    this.camera.aspect = width / this.columns / (height / this.rows);
    this.camera.updateProjectionMatrix();
    this.changed = true;
  }
}
