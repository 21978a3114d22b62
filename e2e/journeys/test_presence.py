"""Two people at one script: they see each other, and neither overwrites what the other has saved."""

from uuid import uuid4

from playwright.sync_api import Page, expect

from e2e.conftest import Elsewhere
from e2e.pages.editor import EditorPage

SOURCE = "let a = 1;\nlet b = 2;\nlet c = 3;\nprint(a + b + c);"


def test_two_people_see_each_other_and_the_second_to_save_overwrites_nothing(olga: Page, elsewhere: Elsewhere) -> None:
    olgas = EditorPage(olga)
    olgas.create(f"s-{uuid4().hex[:12]}", SOURCE)
    expect(olgas.others).to_have_text("")
    page = elsewhere("ann@demo.example")
    page.goto(olga.url)
    anns = EditorPage(page)
    expect(anns.others).to_contain_text("Olga Owner has it open since")
    expect(olgas.others).to_contain_text("Ann Author has it open since")
    anns.write(SOURCE.replace("a = 1", "a = 10"))
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Version 2 was saved")).to_be_visible()
    expect(olgas.others).to_contain_text("Ann Author")
    olgas.write(SOURCE.replace("c = 3", "c = 30"))
    olga.get_by_role("button", name="Save", exact=True).click()
    expect(olga.get_by_role("heading", level=1)).to_have_text("Somebody saved first")
    expect(olga.get_by_label("Source to save")).to_have_value(SOURCE.replace("a = 1", "a = 10").replace("c = 3", "c = 30"))
    expect(anns.others).to_have_text("")
    olga.get_by_role("button", name="Save this").click()
    expect(olga.get_by_text("Version 3 was saved")).to_be_visible()
    expect(anns.others).to_contain_text("Olga Owner has it open since")
    page.close()
    expect(olgas.others).to_have_text("")


def test_a_second_page_of_the_same_person_is_pointed_out(olga: Page) -> None:
    EditorPage(olga).create(f"s-{uuid4().hex[:12]}", SOURCE)
    other = olga.context.new_page()
    other.goto(olga.url)
    expect(EditorPage(other).others).to_contain_text("You have it open on another page since")
    other.close()
    expect(EditorPage(olga).others).to_have_text("")
