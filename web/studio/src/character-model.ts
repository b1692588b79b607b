// The user's own character as three.js draws it.

import { Box3, Group, LoadingManager, type Material, Mesh, MeshBasicMaterial, Object3D, PerspectiveCamera, Quaternion, Texture, Vector3 } from "three";
import { GLTFLoader } from "three/examples/jsm/loaders/GLTFLoader.js";

import type { Rig } from "./api";
import { bearable, fromAngles, quaternion, type Pose } from "./motion";
import { Follower } from "./rig";

// Where the head of this package has its chin, and how high it is above that, m: a character is brought to the same place
// and size, so that the camera, the light and the hand that turns it need know nothing of it.
const CHIN = new Vector3(0, -0.07, 0);
const HEIGHT = 0.215;
const MOVED = 0.3; // of the greatest movement of a shape: less is its fringe, down to the neck
const FACE_PART = 0.62; // of the height of a head that its moving face takes
const DEGREES = 180 / Math.PI;

interface Turning {
  name: string;
  share: number;
  object: Object3D;
  /** Rotation of the parent in the file's world, and the own one, at rest. */
  parent: Quaternion;
  own: Quaternion;
}

export class CharacterModel {
  readonly root = new Group();
  private readonly objects = new Map<number, Object3D>();
  private readonly meshes = new Map<number, Mesh[]>();
  private readonly rest = new Map<Mesh, number[]>();
  private follower: Follower | undefined;
  private turning: Turning[] = [];

  private constructor(
    private readonly scene: Object3D,
    private readonly camera: PerspectiveCamera | undefined,
    nodeOf: (object: Object3D) => number | undefined,
  ) {
    this.root.add(scene);
    scene.traverse((object) => {
      const node = nodeOf(object);
      if (node !== undefined && !this.objects.has(node)) this.objects.set(node, object);
      if (!(object instanceof Mesh)) return;
      object.frustumCulled = false; // its bounds are those at rest
      for (const material of [object.material].flat()) {
        if (material instanceof MeshBasicMaterial) material.toneMapped = false; // unlit colours, such as a photo's, are final
      }
      // The parts of a mesh of several materials hang below its node.
      const owner = node ?? (object.parent ? nodeOf(object.parent) : undefined);
      if (owner === undefined || !object.morphTargetInfluences) return;
      this.meshes.set(owner, [...(this.meshes.get(owner) ?? []), object]);
      this.rest.set(object, [...object.morphTargetInfluences]);
    });
    scene.updateMatrixWorld(true);
  }

  /**
   * Reads a GLB or VRM. Nothing that it refers to elsewhere is fetched.
   *
   * Throws where three.js cannot read it.
   */
  static async load(data: ArrayBuffer): Promise<CharacterModel> {
    const manager = new LoadingManager();
    manager.setURLModifier((address) => (/^(data|blob):/.test(address) ? address : "data:,"));
    const { scene, parser, cameras } = await new GLTFLoader(manager).parseAsync(data, "");
    const camera = cameras.find((each) => each instanceof PerspectiveCamera);
    return new CharacterModel(scene, camera, (object) => parser.associations.get(object)?.nodes);
  }

  /** Moves by another map from now on. */
  follow(rig: Rig, channels: readonly string[]): void {
    this.toRest();
    this.follower = new Follower(rig, channels);
    this.root.position.set(0, 0, 0);
    this.root.rotation.set(0, 0, 0);
    this.root.scale.setScalar(1);
    this.root.updateMatrixWorld(true);
    this.turning = rig.bones.flatMap(({ name, node, share }) => {
      const object = this.objects.get(node);
      if (!object) return [];
      const parent = object.parent?.getWorldQuaternion(new Quaternion()) ?? new Quaternion();
      return [{ name, share, object, parent, own: object.quaternion.clone() }];
    });
    if (!this.viewpoint) this.place(rig);
  }

  /** From where a photo is to be seen; undefined for other characters. */
  get viewpoint(): PerspectiveCamera | undefined {
    return this.follower?.rig.most ? this.camera : undefined;
  }

  /** The face and head of an instant. */
  pose({ expression, head }: Pose, alone?: string): void {
    const { follower } = this;
    if (!follower) return;
    this.apply(alone === undefined ? follower.weights(expression) : follower.alone(alone));
    const { backwards, most } = follower.rig;
    const about = backwards ? [-1, 1, -1] : [1, 1, 1];
    const turned = most ? bearable(head, most) : head;
    for (const { name, share, object, parent, own } of this.turning) {
      let vector: ArrayLike<number> = turned;
      if (name.endsWith("Eye")) {
        const [yaw, pitch] = alone === undefined ? follower.gaze(expression, name === "leftEye" ? "Left" : "Right") : [0, 0];
        vector = fromAngles([yaw * DEGREES, -pitch * DEGREES, 0]);
      }
      const turn = quaternion([0, 1, 2].map((axis) => vector[axis]! * share * about[axis]!));
      // The turn is about the axes of the world; it is told in those of the parent.
      object.quaternion.copy(parent).invert().multiply(turn).multiply(parent).multiply(own);
    }
  }

  set wireframe(on: boolean) {
    for (const material of this.materials()) if ("wireframe" in material) material.wireframe = on;
  }

  /** Weights of the morph targets as they are drawn, by the number of the node: for tests and for those who debug. */
  influences(): Record<number, number[]> {
    return Object.fromEntries([...this.meshes].map(([node, [mesh]]) => [node, [...(mesh?.morphTargetInfluences ?? [])]]));
  }

  /** Rotation of a bone as it is drawn, x, y, z, w. */
  rotation(node: number): number[] {
    return this.objects.get(node)?.quaternion.toArray() ?? [];
  }

  dispose(): void {
    this.root.removeFromParent();
    for (const material of this.materials()) {
      for (const part of Object.values(material)) {
        if (!(part instanceof Texture)) continue;
        part.dispose();
        if (part.source.data instanceof ImageBitmap) part.source.data.close();
      }
      material.dispose();
    }
    this.scene.traverse((object) => {
      if (object instanceof Mesh) object.geometry.dispose();
    });
  }

  private materials(): Set<Material> {
    const found = new Set<Material>();
    this.scene.traverse((object) => {
      if (object instanceof Mesh) for (const material of [object.material].flat() as Material[]) found.add(material);
    });
    return found;
  }

  private apply(weights: ReturnType<Follower["weights"]>): void {
    for (const [mesh, rest] of this.rest) mesh.morphTargetInfluences?.splice(0, rest.length, ...rest);
    for (const [node, target, weight] of weights) {
      for (const { morphTargetInfluences } of this.meshes.get(node) ?? []) {
        if (morphTargetInfluences && target < morphTargetInfluences.length) morphTargetInfluences[target] = weight;
      }
    }
  }

  private toRest(): void {
    this.apply([]);
    for (const { object, own } of this.turning) object.quaternion.copy(own);
  }

  /** Brings the head to where the head of this package is. */
  private place(rig: Rig): void {
    const all = new Box3().setFromObject(this.scene);
    const face = this.face(rig);
    const bone = this.turning.find(({ name }) => name === "head")?.object.getWorldPosition(new Vector3());
    const whole = all.max.y - all.min.y;
    const estimated = face.isEmpty() ? whole : Math.min((face.max.y - face.min.y) / FACE_PART, whole);
    // Horns, hats and tall hair are not what the picture is about.
    const top = face.isEmpty() ? all.max.y : Math.min(all.max.y, face.max.y + 0.45 * estimated);
    // The head's bone is at the height of the chin on most rigs, in the middle of the head on some.
    const height = bone ? Math.min(Math.max(top - bone.y, 0.9 * estimated), 1.5 * estimated) : estimated;
    const joint = bone?.clone() ?? (face.isEmpty() ? all : face).getCenter(new Vector3());
    joint.y = top - height;
    const scale = HEIGHT / Math.max(height, 1e-9);
    this.root.scale.setScalar(scale);
    if (rig.backwards) this.root.rotation.y = Math.PI;
    const moved = joint.multiplyScalar(scale).applyQuaternion(this.root.quaternion);
    this.root.position.copy(CHIN).sub(moved);
    this.root.updateMatrixWorld(true);
  }

  /** The room of all vertices that the shapes which follow something move. */
  private face(rig: Rig): Box3 {
    const box = new Box3();
    const wanted = new Map<Mesh, Set<number>>();
    for (const { binds, follows } of rig.shapes) {
      if (Object.keys(follows).length === 0) continue;
      for (const [node, target] of binds as [number, number, number][]) {
        for (const mesh of this.meshes.get(node) ?? []) wanted.set(mesh, (wanted.get(mesh) ?? new Set()).add(target));
      }
    }
    const at = new Vector3();
    for (const [mesh, targets] of wanted) {
      for (const target of targets) {
        const moves = mesh.geometry.morphAttributes.position?.[target];
        if (!moves) continue;
        const lengths = Array.from({ length: moves.count }, (_, vertex) => at.fromBufferAttribute(moves, vertex).lengthSq());
        const least = MOVED ** 2 * lengths.reduce((most, length) => Math.max(most, length), 0);
        lengths.forEach((length, vertex) => {
          if (length > least) box.expandByPoint(mesh.getVertexPosition(vertex, at).applyMatrix4(mesh.matrixWorld));
        });
      }
    }
    return box;
  }
}
