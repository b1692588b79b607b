// The head, or the user's own character, as it is at an instant: one take or two side by side, with the reference video
// beside them.

import { DirectionalLight, Mesh, MeshStandardMaterial, type Object3D, Vector3 } from "three";

import { Stage } from "../../viewer/src/stage";
import { api, type Path } from "./api";
import type { Camera } from "./cameras";
import type { CharacterModel } from "./character-model";
import { make } from "./dom";
import { anglesOf, fromAngles, quaternion, type Pose } from "./motion";
import { Reference } from "./reference";
import type { State } from "./state";

const DEGREES_PER_PIXEL = 0.25;
const HEAD_RADIUS = 0.13; // m: about the head's middle, what a hand takes hold of
const HEAD_MIDDLE = new Vector3(0, 0.06, 0.03); // m, from the joint about which it turns
const RADIANS = Math.PI / 180;
// What is in the picture, m, and the height of its middle: the head from above its top to the neck, turned or not.
const SHOWN = { height: 0.29, width: 0.25, middle: 0.03 };
// The light from behind draws an edge that stands out in the dark and eats into the head on a light page.
const RIM = { light: 0.25, dark: 1 };
const LATEST = 0.12; // s by which the reference video may be off before it is set again

/** The viewer's stage, posed by numbers in place of an animation that a file carries. */
export class PosedStage extends Stage {
  private poses: Pose[] = [];
  private meshes: Mesh[] = [];
  private joint: Object3D | undefined;
  private head: Object3D | undefined;
  private character: CharacterModel | undefined;
  private order: (number | undefined)[] = [];
  private wires = false;
  /** A shape of the character that is shown by itself, in place of the motion. */
  private single: string | undefined;

  async prepare(glb: ArrayBuffer, channels: readonly string[]): Promise<void> {
    await this.load(glb);
    this.head = this.scene.children.at(-1);
    const fit = () => this.setTheme(document.documentElement.dataset.theme === "dark" ? "dark" : "light");
    new MutationObserver(fit).observe(document.documentElement, { attributeFilter: ["data-theme"] });
    fit();
    this.scene.traverse((part) => {
      if (part instanceof Mesh && part.morphTargetInfluences) this.meshes.push(part);
    });
    this.joint = this.scene.getObjectByName("Head");
    this.order = channels.map((channel) => this.meshes[0]?.morphTargetDictionary?.[channel]);
    this.rest();
  }

  /** A face at rest. */
  rest(): void {
    this.pose([{ expression: new Float32Array(this.order.length), head: new Float32Array(6) }]);
  }

  /** One pose for each head that is shown. */
  pose(poses: Pose[]): void {
    if (poses.length !== this.poses.length) this.arrange(poses.map(() => "Speech"), poses.length);
    this.poses = poses;
    this.changed = true;
  }

  look({ yaw, pitch, distance, above }: Camera): void {
    this.resetView();
    const { target } = this.controls;
    if (this.viewpoint && distance < 1) target.set(0, SHOWN.middle, 0); // a part of the face, in the middle of the photo or not
    const away = this.camera.position.distanceTo(target) * distance;
    target.y += above;
    this.camera.position.setFromSphericalCoords(away, Math.PI / 2 - pitch * RADIANS, yaw * RADIANS).add(target);
    this.controls.update();
    this.changed = true;
  }

  set wireframe(on: boolean) {
    this.wires = on;
    for (const { material } of this.meshes) if (material instanceof MeshStandardMaterial) material.wireframe = on;
    if (this.character) this.character.wireframe = on;
    this.changed = true;
  }

  private setTheme(theme: "light" | "dark"): void {
    for (const light of this.scene.children) {
      if (light instanceof DirectionalLight && light.position.z < 0) light.intensity = RIM[theme];
    }
    this.changed = true;
  }

  /** Closer than the stage of other pages, whose picture is higher. */
  override resetView(): void {
    super.resetView();
    if (this.viewpoint) return;
    Object.assign(this.controls, { minAzimuthAngle: -Infinity, maxAzimuthAngle: Infinity, minPolarAngle: 0, maxPolarAngle: Math.PI });
    const half = Math.tan((this.camera.fov / 2) * RADIANS);
    const distance = Math.max(SHOWN.height, SHOWN.width / this.camera.aspect) / 2 / half;
    this.controls.target.set(0, SHOWN.middle, 0);
    this.camera.position.set(0, SHOWN.middle, distance);
    this.controls.minDistance = distance * 0.35;
    this.controls.maxDistance = distance * 3;
    this.changed = true;
  }

  set alone(shape: string | undefined) {
    this.single = shape;
    this.changed = true;
  }

  /** Shows a character in place of the head; undefined brings the head back. */
  setCharacter(character: CharacterModel | undefined): void {
    this.character?.root.removeFromParent();
    this.character = character;
    if (this.viewpoint !== character?.viewpoint) {
      this.viewpoint = character?.viewpoint;
      this.resetView();
    }
    if (this.head) this.head.visible = !character;
    if (character) {
      character.wireframe = this.wires;
      this.scene.add(character.root);
    }
    this.changed = true;
  }

  set orbits(on: boolean) {
    this.controls.enabled = on;
  }

  get eye(): [number, number, number] {
    const { x, y, z } = this.camera.position;
    return [x, y, z].map((value) => Math.round(value * 1000) / 1000) as [number, number, number];
  }

  get canvas(): HTMLCanvasElement {
    return this.renderer.domElement;
  }

  /** Whether a point of the page is on a head. */
  hits(event: PointerEvent): boolean {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    const cell = width / Math.max(1, this.poses.length);
    const x = (((event.clientX - left) % cell) / cell) * 2 - 1;
    const y = 1 - ((event.clientY - top) / height) * 2;
    const from = this.camera.position;
    const towards = new Vector3(x, y, 0.5).unproject(this.camera).sub(from).normalize();
    const middle = HEAD_MIDDLE.clone().sub(from);
    return middle.distanceTo(towards.multiplyScalar(middle.dot(towards))) < HEAD_RADIUS;
  }

  override show(): void {
    if (!this.controls.update() && !this.changed) return;
    this.changed = false;
    const { clientWidth, clientHeight } = this.canvas;
    const width = clientWidth / Math.max(1, this.poses.length);
    this.poses.forEach((pose, cell) => {
      this.renderer.setViewport(cell * width, 0, width, clientHeight);
      this.renderer.setScissor(cell * width, 0, width, clientHeight);
      this.render(pose);
    });
  }

  /** Draws poses into square canvases of their own, from where this stage is seen; then the stage as it was. */
  picture(poses: readonly Pose[], canvases: readonly HTMLCanvasElement[]): void {
    const { aspect } = this.camera;
    const size = Math.floor(Math.min(canvases[0]?.clientWidth ?? 0, this.canvas.clientWidth, this.canvas.clientHeight));
    if (size === 0) return;
    const pixels = Math.floor(size * this.renderer.getPixelRatio());
    this.camera.aspect = 1;
    this.camera.updateProjectionMatrix();
    this.renderer.setViewport(0, 0, size, size);
    this.renderer.setScissor(0, 0, size, size);
    canvases.forEach((canvas, index) => {
      const pose = poses[index];
      const context = canvas.getContext("2d");
      if (!pose || !context) return;
      this.render(pose);
      context.clearRect(0, 0, canvas.width, canvas.height);
      // In the same task, before the browser clears it.
      context.drawImage(this.canvas, 0, this.canvas.height - pixels, pixels, pixels, 0, 0, canvas.width, canvas.height);
    });
    this.camera.aspect = aspect;
    this.camera.updateProjectionMatrix();
    this.changed = true;
    this.show();
  }

  /** Renders one pose to where the viewport is set. */
  private render(pose: Pose): void {
    if (this.character) this.character.pose(pose, this.single);
    else this.poseHead(pose);
    this.renderer.render(this.scene, this.camera);
  }

  private poseHead(pose: Pose): void {
    for (const { morphTargetInfluences } of this.meshes) {
      this.order.forEach((target, channel) => {
        if (morphTargetInfluences && target !== undefined) morphTargetInfluences[target] = pose.expression[channel]!;
      });
    }
    this.joint?.quaternion.copy(quaternion(pose.head));
    this.joint?.position.set(pose.head[3]!, pose.head[4]!, pose.head[5]!);
  }
}

/** A pose that is being set: what the sliders or the hand say, until the server has it. */
export interface Trial {
  path: Path;
  values: Record<string, number>;
}

export class Viewport {
  readonly host = make("section", { class: "viewport", "aria-label": "Head" });
  trial: Trial | undefined;
  private readonly canvasHost = make("div", { class: "stage" });
  private readonly labels = make("div", { class: "panes" });
  private readonly notice = make("p", { class: "notice", role: "status" });
  private readonly video = make("video", { playsinline: true, "aria-label": "Reference video" });
  private readonly reference = new Reference(this.video);
  private stage: PosedStage | undefined;
  private drawn = "";
  private referenceShown = false;

  constructor(
    private readonly state: State,
    private readonly posed: (values: Record<string, number>) => void,
  ) {
    this.video.muted = true;
    this.host.append(this.canvasHost, this.labels, this.reference.host, this.notice);
    state.on("look", () => this.label());
    state.on("motion", () => (this.drawn = ""));
  }

  async start(channels: readonly string[]): Promise<void> {
    try {
      const stage = new PosedStage(this.canvasHost);
      await stage.prepare(await api.head(), channels);
      this.stage = stage;
      stage.canvas.addEventListener("pointerdown", (event) => this.grab(event), { capture: true });
    } catch (error) {
      this.notice.textContent = "This browser has no WebGL 2, so the head is not shown. Everything else works.";
      console.error(error);
    }
  }

  /** Draws what has changed; to be called once per picture. */
  show(time: number, playing: boolean, speed: number): void {
    const { motion, compared } = this.state;
    const key = `${time}|${compared?.take}|${JSON.stringify(this.trial ?? null)}`;
    if (motion && key !== this.drawn) {
      this.drawn = key;
      const pose = this.tried(motion.pose(time));
      this.stage?.pose(compared ? [pose, compared.motion.pose(time)] : [pose]);
    }
    this.stage?.show();
    if (this.referenceShown) this.follow(time, playing, speed);
  }

  /** Back to a face at rest, as before a voice was given. */
  clear(): void {
    this.drawn = "";
    this.setReference(false);
    this.stage?.rest();
    this.label();
  }

  /** From where the head is seen, m from the joint about which it turns. */
  get eye(): [number, number, number] | undefined {
    return this.stage?.eye;
  }

  look(camera: Camera): void {
    this.stage?.look(camera);
  }

  /** Draws poses into canvases of their own, as the head is seen here. */
  picture(poses: readonly Pose[], canvases: readonly HTMLCanvasElement[]): void {
    this.stage?.picture(poses, canvases);
  }

  /** Whether anything is drawn: this browser has WebGL 2. */
  get draws(): boolean {
    return this.stage !== undefined;
  }

  setCharacter(character: CharacterModel | undefined): void {
    this.stage?.setCharacter(character);
    Object.assign(this.canvasHost, { character }); // for tests, and whoever looks into it with the tools of a browser
  }

  set alone(shape: string | undefined) {
    if (this.stage) this.stage.alone = shape;
  }

  set wireframe(on: boolean) {
    if (this.stage) this.stage.wireframe = on;
  }

  setReference(on: boolean): void {
    const { project } = this.state;
    this.referenceShown = on && project !== undefined;
    this.reference.host.hidden = !this.referenceShown;
    if (this.referenceShown && project) {
      const address = new URL(api.referenceAddress(project.id), location.href).href;
      if (this.video.src !== address) this.video.src = address;
    } else {
      this.video.removeAttribute("src");
      this.video.load();
    }
  }

  private tried(pose: Pose): Pose {
    if (!this.trial || !this.state.motion) return pose;
    const names = this.state.motion.channels[this.trial.path];
    const values = this.trial.path === "head" ? pose.head : pose.expression;
    for (const [name, value] of Object.entries(this.trial.values)) values[names.indexOf(name)] = value;
    return pose;
  }

  private label(): void {
    const { compared, project } = this.state;
    const names = compared ? [project?.takes.length ? "Finished" : "", compared.take] : [];
    this.labels.replaceChildren(...names.map((name) => make("span", {}, name)));
    this.canvasHost.classList.toggle("posing", this.state.posing);
  }

  /** Keeps the video in step with the sound, which is the master clock. */
  private follow(time: number, playing: boolean, speed: number): void {
    if (this.video.readyState < HTMLMediaElement.HAVE_METADATA) return;
    this.video.playbackRate = speed;
    if (playing && this.video.paused && time < this.video.duration) void this.video.play().catch(() => undefined);
    if (!playing && !this.video.paused) this.video.pause();
    const off = Math.abs(this.video.currentTime - time);
    if (!this.video.seeking && (playing ? off > LATEST : off > 0.005) && time < this.video.duration) {
      this.video.currentTime = time;
    }
  }

  /** Turns the head by hand: sideways is yaw, up and down pitch, with Shift roll. */
  private grab(event: PointerEvent): void {
    const { motion, posing } = this.state;
    const stage = this.stage;
    if (!stage || !motion || !posing || event.button !== 0 || !stage.hits(event)) return;
    event.stopImmediatePropagation();
    stage.orbits = false;
    const names = motion.channels.head;
    const frame = motion.frame(this.now());
    const head = names.map((_, channel) => motion.at(frame, "head", channel));
    const [yaw, pitch, roll] = anglesOf(head);
    const canvas = stage.canvas;
    canvas.setPointerCapture(event.pointerId);
    const move = ({ clientX, clientY, shiftKey }: PointerEvent) => {
      const across = (clientX - event.clientX) * DEGREES_PER_PIXEL;
      const down = (clientY - event.clientY) * DEGREES_PER_PIXEL;
      const turned = fromAngles(shiftKey ? [yaw, pitch, roll - across] : [yaw + across, pitch + down, roll]);
      const values = [...turned, ...head.slice(3)];
      this.trial = { path: "head", values: Object.fromEntries(names.map((name, i) => [name, values[i]!])) };
    };
    const end = () => {
      canvas.removeEventListener("pointermove", move);
      canvas.removeEventListener("pointerup", end);
      canvas.removeEventListener("pointercancel", end);
      stage.orbits = true;
      if (this.trial) this.posed(this.trial.values);
    };
    canvas.addEventListener("pointermove", move);
    canvas.addEventListener("pointerup", end);
    canvas.addEventListener("pointercancel", end);
  }

  /** Set by who has the clock. */
  now: () => number = () => 0;
}
