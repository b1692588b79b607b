import { Mesh, type Object3D } from "three";
import { Stage } from "../../viewer/src/stage.js";
import { type Face, toMorphTargets } from "../src/index.js";
import { quaternion } from "../src/rotation.js";

/** The viewer's stage, on which the head has the face of now. */
export class LiveStage extends Stage {
  private readonly meshes: Mesh[] = [];
  private joint: Object3D | undefined;

  override async load(glb: ArrayBuffer): Promise<void> {
    await super.load(glb);
    this.scene.traverse((part) => {
      if (part instanceof Mesh && part.morphTargetInfluences) this.meshes.push(part);
    });
    this.joint = this.scene.getObjectByName("Head");
    this.arrange([""], 1); // one head, without an animation
  }

  wear({ head, expression, time }: Face): void {
    for (const mesh of this.meshes) toMorphTargets({ head, expression, time }, mesh);
    this.joint?.quaternion.set(...quaternion([head[0], head[1], head[2]]));
    this.joint?.position.set(head[3], head[4], head[5]);
    this.changed = true;
  }
}
