import numpy as np
import pytest
from PIL import Image, ImageCms
from support.portraits import pixels_of

from ksdiff.errors import InputError
from ksdiff.photo.picture_file import LONGEST_SIDE, read_photo


@pytest.fixture
def picture() -> Image.Image:
    return Image.fromarray(pixels_of("render_1")).resize((170, 240))


def test_a_photo_is_turned_as_its_camera_was_held(picture, tmp_path):
    turned = picture.transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise
    turned.save(tmp_path / "a.png", exif=exif)
    assert np.array_equal(read_photo(tmp_path / "a.png").pixels, np.asarray(picture))


@pytest.mark.parametrize(
    ("mode", "suffix", "most"),
    [("CMYK", "tif", 3), ("L", "png", 90), ("P", "png", 40), ("RGBA", "png", 0), ("I;16", "png", 90)],
)
def test_any_kind_of_colours_becomes_rgb(picture, tmp_path, mode, suffix, most):
    path = tmp_path / f"a.{suffix}"
    if mode == "I;16":
        Image.fromarray(np.asarray(picture.convert("L")).astype(np.uint16) * 257).save(path)
    else:
        picture.convert(mode).save(path)
    photo = read_photo(path)
    assert photo.pixels.shape == (240, 170, 3)
    assert np.abs(photo.pixels.astype(int) - np.asarray(picture)).mean() <= most / 2 + 0.01
    assert photo.opacity is None


def test_colours_follow_the_profile_of_the_file(picture, tmp_path):
    linear = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    picture.save(tmp_path / "bad.png", icc_profile=linear.tobytes())  # not one of RGB: left alone
    assert np.array_equal(read_photo(tmp_path / "bad.png").pixels, np.asarray(picture))
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    picture.save(tmp_path / "good.png", icc_profile=srgb.tobytes())
    assert np.abs(read_photo(tmp_path / "good.png").pixels.astype(int) - np.asarray(picture)).max() <= 2


def test_opacity_is_kept_and_grey_shows_through(picture, tmp_path):
    opacity = np.zeros((240, 170), np.uint8)
    opacity[60:] = 255
    picture.putalpha(Image.fromarray(opacity))
    picture.save(tmp_path / "a.png")
    photo = read_photo(tmp_path / "a.png")
    assert photo.opacity is not None
    assert np.array_equal(photo.opacity > 0.5, opacity > 0)
    assert np.ptp(photo.pixels[:60]) == 0


def test_a_huge_photo_is_made_smaller(tmp_path):
    Image.new("RGB", (7000, 4500), (90, 120, 150)).save(tmp_path / "a.jpg")
    photo = read_photo(tmp_path / "a.jpg")
    assert max(photo.size) <= LONGEST_SIDE
    assert abs(photo.size[0] / photo.size[1] - 7000 / 4500) < 0.01


def test_what_is_no_picture_is_refused(tmp_path):
    (tmp_path / "text.jpg").write_text("no picture")
    with pytest.raises(InputError, match="not a picture"):
        read_photo(tmp_path / "text.jpg")
    with pytest.raises(InputError, match="folder"):
        read_photo(tmp_path)
    with pytest.raises(InputError, match="no file"):
        read_photo(tmp_path / "none.jpg")
    Image.new("1", (20_000, 20_000)).save(tmp_path / "bomb.png")
    with pytest.raises(InputError, match="more than 150 million pixels"):
        read_photo(tmp_path / "bomb.png")


def test_a_damaged_photo_is_refused(picture, tmp_path):
    picture.save(tmp_path / "a.png")
    data = (tmp_path / "a.png").read_bytes()
    (tmp_path / "a.png").write_bytes(data[: len(data) // 2])
    with pytest.raises(InputError, match=r"a\.png is not a picture that can be read"):
        read_photo(tmp_path / "a.png")
