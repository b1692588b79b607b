"""Draw what Blender makes of our files, for docs/exports: run by a Python that has the packages bpy and pillow.

``python scripts/draw_exports_blender.py OUT``, where OUT is what
``ksdiff animate tests/data/obama_speech.mp4 --out OUT --formats glb usd blender`` wrote.
"""

import math
import sys
import tempfile
from pathlib import Path

import bpy  # pyright: ignore[reportMissingImports]
from mathutils import Vector  # pyright: ignore[reportMissingImports]
from PIL import Image

FOLDER = Path(__file__).parents[1] / "docs/images"
SECONDS = (0.5, 2.2, 4.0, 6.1)
SIDE = 280  # pixels
LIGHTS = (((-0.8, -1.0, 0.8), 14), ((1.0, -0.8, 0.2), 5), ((0.6, 0.8, 0.6), 10))  # m, W


def open_usd(folder: Path) -> float:
    bpy.ops.wm.usd_import(filepath=str(folder / "head.usd"))
    return 25.0  # frames/s of the file


def run_script(folder: Path) -> float:
    bpy.ops.import_scene.gltf(filepath=str(folder / "head.glb"))
    for thing in bpy.data.objects:
        thing.animation_data_clear()
        thing.select_set(True)
        if thing.type == "MESH" and thing.data.shape_keys:
            thing.data.shape_keys.animation_data_clear()
    script = folder / "ksdiff_blender.py"
    exec(compile(script.read_text("utf-8"), str(script), "exec"), {"__name__": "__main__"})
    return bpy.context.scene.render.fps


def draw(frames: list[float]) -> Image.Image:
    scene = bpy.context.scene
    scene.render.engine, scene.cycles.samples, scene.view_settings.view_transform = "CYCLES", 24, "Standard"
    scene.render.resolution_x = scene.render.resolution_y = SIDE
    scene.camera = add("camera", bpy.data.cameras.new("camera"), (0.16, -0.95, 0.02))
    scene.camera.data.lens = 107
    scene.camera.rotation_euler = (math.radians(90), 0, math.radians(9.5))
    for place, power in LIGHTS:
        light = bpy.data.lights.new("light", "AREA")
        light.energy, light.size = power, 0.6
        add("light", light, place).rotation_euler = (-Vector(place)).to_track_quat("-Z", "Y").to_euler()
    strip = Image.new("RGB", (SIDE * len(frames), SIDE))
    with tempfile.TemporaryDirectory() as folder:
        scene.render.filepath = f"{folder}/frame.png"
        for column, frame in enumerate(frames):
            scene.frame_set(int(frame))
            bpy.ops.render.render(write_still=True)
            strip.paste(Image.open(scene.render.filepath).convert("RGB"), (SIDE * column, 0))
    return strip


def add(name: str, data: object, place: tuple[float, float, float]) -> bpy.types.Object:
    thing = bpy.data.objects.new(name, data)
    bpy.context.collection.objects.link(thing)
    thing.location = place
    return thing


for name, prepare in (("export_usd", open_usd), ("export_blender", run_script)):
    bpy.ops.wm.read_factory_settings(use_empty=True)
    rate = prepare(Path(sys.argv[1]))
    picture = draw([bpy.context.scene.frame_start + second * rate for second in SECONDS])
    picture.quantize(200).save(FOLDER / f"{name}.png", optimize=True)
