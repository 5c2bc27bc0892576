"""Pictures in files: the ending is the format, and what cannot be written is told."""

from pathlib import Path

import pytest

from engine import Value, draw, svg
from engine.drawing.rendering import render_svg
from nn import MLP

SHOWN = [Value(1.0, "x").tanh(), MLP(2, [2, 1], seed=0)]
each = pytest.mark.parametrize("shown", SHOWN, ids=repr)


@each
def test_the_ending_says_how_a_picture_is_written(tmp_path: Path, shown: Value | MLP) -> None:
    picture = draw(shown)
    for name in ("a.svg", "a.PNG", "a.jpg", "a.gv", "a.dot"):
        picture.save(tmp_path / name)
    assert svg(shown) in (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert (tmp_path / "a.PNG").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "a.jpg").read_bytes().startswith(b"\xff\xd8\xff")
    for name in ("a.gv", "a.dot"):
        assert (tmp_path / name).read_text(encoding="utf-8") == picture.source
    assert len(list(tmp_path.iterdir())) == 5


@each
@pytest.mark.parametrize("name", ["net", "net.docx", "net.xdotx", "net.tk"])
def test_an_ending_that_graphviz_does_not_write_is_told(
    tmp_path: Path, name: str, shown: Value | MLP, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ending = Path(name).suffix or "none"
    with pytest.raises(ValueError, match=f"the ending of {name} is {ending}, and .svg, .png"):
        draw(shown).save(name)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="y.svg was not saved"):
        draw(Value(1.0, "x")).save(tmp_path / "none" / "y.svg")


@each
def test_the_format_is_one_that_every_graphviz_writes(tmp_path: Path, shown: Value | MLP) -> None:
    assert draw(shown).render(tmp_path / "y") == f"{tmp_path / 'y'}.svg"


def test_a_picture_is_viewed_without_a_word_of_its_letters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    viewed: list[str] = []
    monkeypatch.setattr("graphviz.Source._view", lambda self, path, **_: viewed.append(path))
    assert draw(Value(1.0, "θ") * 2.0).view(tmp_path / "y") == viewed[0] == f"{tmp_path / 'y'}.svg"
    assert capfd.readouterr() == ("", "")
    with pytest.raises(AttributeError, match=r"'show': here it is view\(\), or save\(path\)$"):
        draw(SHOWN[0]).show()


@each
def test_what_graphviz_offers_beside_writes_what_it_did(tmp_path: Path, shown: Value | MLP) -> None:
    picture = draw(shown)
    picture.format, picture.engine = "svg", "neato"
    picture.filename = "known.gv"
    picture.directory = f"{tmp_path}"
    assert Path(picture.render()) == tmp_path / "known.gv.svg"
    assert (tmp_path / "known.gv").read_text(encoding="utf-8") == picture.source
    assert Path(picture.render(outfile=tmp_path / "y.svg", cleanup=True)) == tmp_path / "y.svg"
    for name in ("known.gv.svg", "y.svg"):
        assert render_svg(picture) in (tmp_path / name).read_text(encoding="utf-8")
    assert {path.name for path in tmp_path.iterdir()} == {"known.gv", "known.gv.svg", "y.svg"}
