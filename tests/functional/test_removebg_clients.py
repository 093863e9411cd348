"""remove.bg's clients against the running service; nothing but their address is ours."""

import base64
import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from handler.bootstrap.service import build
from handler.settings import Settings
from tests.customers import new_key
from tests.fakes import FakeModel
from tests.images import encoded, photo
from tests.origins import answer, open_origin
from tests.serving import served
from tests.vendor_clients import node_says, python_says
from tools.environments import node_environment

PICTURE = encoded(photo(900, 600))
VENDOR = "https://api.remove.bg"
PYTHON = """
import json, os, sys
base, key, folder, link = sys.argv[1:]
os.chdir(folder)
import requests
import removebg.removebg
from removebg import RemoveBg
removebg.removebg.API_ENDPOINT = base + "/v1.0/removebg"
"""
COMMAND_LINE = """
import json, os, sys
base, key, folder, link = sys.argv[1:]
os.chdir(folder)
import requests, removebg_cli
here = lambda send: lambda url, **options: send(url.replace("https://api.remove.bg", base), **options)
requests.get, requests.post = here(requests.get), here(requests.post)
def call(*arguments, key=key):
    os.environ["REMOVE_BG_API_KEY"] = key
    sys.argv = ["removebg", *arguments]
    code = 0
    with removebg_cli.console.capture() as said:
        try:
            removebg_cli.main()
        except SystemExit as left:
            code = left.code
    return [code, said.get()]
"""
NODE = """
const [base, key, folder, link] = process.argv.slice(1);
const client = require("remove.bg");
const fs = require("fs");
const refused = errors => ({refused: errors});
const told = promise => promise.then(({base64img, ...rest}) => ({...rest, size: base64img.length}), refused);
const path = folder + "/photo.png", apiKey = key;
const base64img = fs.readFileSync(path).toString("base64");
"""


@dataclass(frozen=True, slots=True)
class House:
    """A running service, a key, a folder with a picture, and the picture's address."""

    base: str
    key: str
    folder: Path
    link: str

    @property
    def arguments(self) -> tuple[str, str, str, str]:
        """What the scripts are given."""
        return self.base, self.key, str(self.folder), self.link

    def opened(self, name: str) -> Image.Image:
        """A picture that a client has saved."""
        return Image.open(BytesIO((self.folder / name).read_bytes()))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A service with a fake model."""
    folder = tmp_path_factory.mktemp("removebg")
    (folder / "photo.png").write_bytes(PICTURE)
    with open_origin({"/photo.png": answer(PICTURE)}) as origin:
        settings = Settings(
            home=folder / "home", fetch_allow_hosts=f"127.0.0.1:{origin.port}", requests_per_second=1000
        )
        service = build(settings, model=FakeModel())
        with served(service) as port:
            key = new_key(service, 100_000)
            yield House(f"http://127.0.0.1:{port}", key, folder, origin.url("/photo.png"))


def test_the_python_package_saves_pictures_of_its_three_sources(house: House) -> None:
    """Its default size is `regular`, a quarter of a megapixel."""
    script = """
import base64
client = RemoveBg(key, "errors.log")
client.remove_background_from_img_file("photo.png")
client.remove_background_from_img_url(link, new_file_name="url.png", bg_color="ff0000", size="full")
text = base64.b64encode(open("photo.png", "rb").read())
client.remove_background_from_base64_img(text, new_file_name="base64.png", size="hd")
try:
    RemoveBg("wrong", "errors.log").remove_background_from_img_file("photo.png")
except requests.HTTPError as error:
    print(json.dumps([error.response.status_code, error.response.json()["errors"][0]["code"]]))
"""
    assert [403, "auth_failed"] == python_says(PYTHON + script, house.arguments)

    preview = house.opened("photo.png_no_bg.png")
    assert (preview.mode, preview.size) == ("RGBA", (612, 408))
    assert ("RGBA", (900, 600)) == (house.opened("base64.png").mode, house.opened("base64.png").size)
    on_red = house.opened("url.png")
    assert ("JPEG", (900, 600)) == (on_red.format, on_red.size), "nothing is transparent on a colour"


def test_the_command_line_saves_pictures_and_shows_the_balance(house: House) -> None:
    """Sizes, WebP, zip, crop, and its account panel."""
    script = """
print(json.dumps([
    call("photo.png", "-o", "out/auto.png"),
    call("photo.png", "-o", "cut.webp", "-f", "webp", "-s", "preview", "-c"),
    call(link, "-o", "parts.zip", "-f", "zip", "-s", "full"),
    call("photo.png", "-o", "shade.png", "--shadow", "-b", "white"),
    call("--account"),
    call("photo.png", key="wrong"),
]))
"""
    *saved, account, wrong = python_says(COMMAND_LINE + script, house.arguments)

    assert [0] * 4 == [code for code, _ in saved]
    assert "1 credits" in saved[0][1]
    assert "0.25 credits" in saved[1][1]
    left = json.loads(curl(house, f"{house.base}/v1.0/account"))["data"]["attributes"]["credits"]["total"]
    assert (0, True) == (account[0], str(left) in account[1])
    assert (1, True) == (wrong[0], "403" in wrong[1])
    assert house.opened("out/auto.png").size == (900, 600)
    assert house.opened("cut.webp").format == "WEBP"
    assert (house.folder / "parts.zip").read_bytes()[:2] == b"PK"
    assert house.opened("shade.png").size == (900, 600)


def test_the_node_package_differs_in_its_address_only(house: House, tmp_path: Path) -> None:
    """Its address is a constant: one line of an installed copy."""
    installed = node_environment("removebg")
    shutil.copytree(installed, tmp_path / "copy")
    module = Path("node_modules/remove.bg/dist/index.js")
    original = (installed / module).read_text("utf-8").splitlines()
    changed = [line.replace(VENDOR, house.base) for line in original]
    (tmp_path / "copy" / module).write_text("\n".join(changed), "utf-8")

    script = """
Promise.all([
    told(client.removeBackgroundFromImageFile({path, apiKey, size: "full", outputFile: "node.png"})),
    told(client.removeBackgroundFromImageUrl({url: link, apiKey, crop: true, crop_margin: "10%"})),
    told(client.removeBackgroundFromImageBase64({base64img, apiKey, size: "hd", bg_color: "81d4fa"})),
    told(client.removeBackgroundFromImageFile({path, apiKey, channels: "alpha", roi: "0% 0% 100% 90%"})),
    told(client.removeBackgroundFromImageUrl({url: link, apiKey: "wrong"})),
    told(client.removeBackgroundFromImageFile({path, apiKey, size: "huge"})),
]).then(all => console.log(JSON.stringify(all)));
"""
    file, url, text, matte, wrong, huge = node_says(tmp_path / "copy", NODE + script, house.arguments)

    assert 1 == sum(old != new for old, new in zip(original, changed, strict=True))
    assert ("1", "900", "600") == (file["creditsCharged"], file["resultWidth"], file["resultHeight"])
    assert {"rateLimit", "rateLimitRemaining", "rateLimitReset"} <= set(file)
    assert "detectedType" not in file, "no model tells any"
    assert "0.25" == url["creditsCharged"] == matte["creditsCharged"]
    with Image.open(tmp_path / "copy" / "node.png") as saved:
        assert ("RGBA", (900, 600)) == (saved.mode, saved.size)
    assert text["size"] > 0
    assert wrong["refused"][0]["code"] == "auth_failed"
    assert huge["refused"][0]["code"] == "invalid_size"


def curl(house: House, *arguments: str) -> str:
    """What a documented call prints, with our address in the place of the vendor's."""
    command = ["curl", "-sS", "-H", f"X-Api-Key: {house.key}", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=house.folder).stdout


def test_the_documented_calls_work(house: House) -> None:
    """A file to a file, a colour, an address, JSON, the account and a bad case."""
    remove, account = f"{house.base}/v1.0/removebg", f"{house.base}/v1.0/account"
    curl(house, "-F", "image_file=@photo.png", "-F", "size=auto", "-f", remove, "-o", "no-bg.png")
    curl(house, "-F", f"image_url={house.link}", "-F", "bg_color=81d4fa", "-f", remove, "-o", "blue.jpg")
    plain = ("-d", f"image_url={house.link}", "-d", "size=auto", "-f", remove, "-o", "plain.png")
    curl(house, *plain)
    body = json.dumps({"image_url": house.link, "size": "preview", "crop": True})
    typed = ("-H", "Content-Type: application/json", "-H", "Accept: application/json")
    told = json.loads(curl(house, *typed, "-d", body, remove))["data"]
    credits_left = json.loads(curl(house, account))["data"]["attributes"]["credits"]
    improved = json.loads(curl(house, "-F", "image_file=@photo.png", f"{house.base}/v1.0/improve"))

    assert (900, 600) == house.opened("no-bg.png").size == house.opened("plain.png").size
    assert house.opened("blue.jpg").format == "JPEG"
    with Image.open(BytesIO(base64.b64decode(told["result_b64"]))) as cropped:
        box = (told["foreground_left"], told["foreground_top"])
        assert box == (0, 0)
        assert (told["foreground_width"], told["foreground_height"]) == cropped.size
    assert {"subscription", "payg", "enterprise", "total"} == set(credits_left)
    assert len(improved["id"]) == 36
