"""Does the desk work in a real browser: by keyboard, on a small phone, up to date by itself?"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.casework.case import Context
from bot.casework.officers import Role
from bot.messages import Location
from bot.services.open_case import Opening
from scripts.picture import chromium
from tests.desk.chromium import TROUBLES, Page
from tests.desk.conftest import Office
from tests.storage.desk import SINGAPORE

# Texts whose contrast is under 4.5 (WCAG AA), by the nearest background that is not transparent.
_FAINT = """(() => {
  const rgb = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const behind = element => {
    for (let e = element; e; e = e.parentElement) {
      const style = getComputedStyle(e), color = rgb(style.backgroundColor);
      if (style.backgroundImage !== 'none') return null;
      if (color.length < 4 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const faint = [];
  for (const e of document.querySelectorAll('body *')) {
    const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (!own || !e.checkVisibility() || e.closest('.unseen, :disabled, .skip, option')) continue;
    const back = behind(e);
    if (!back) continue;
    const [a, b] = [light(rgb(getComputedStyle(e).color)), light(back)].sort((x, y) => y - x);
    if ((a + .05) / (b + .05) < 4.5) faint.push(e.className + ':' + e.textContent.trim());
  }
  return faint.join('; ');
})()"""
_CTRL = 2


@asynccontextmanager
async def opened(office: Office, officer: int) -> AsyncIterator[Page]:
    """A browser in which an officer has signed in."""
    async with chromium() as browser:
        page = Page(browser)
        await browser.call("Page.enable")
        await browser.call("Page.addScriptToEvaluateOnNewDocument", source=TROUBLES)
        await page.size(1360, 850, is_phone=False)
        await page.go(office.link(officer))
        await page.tab_to("button main")
        await page.press("Enter")
        await page.until("location.pathname === '/desk'")
        await page.until("document.readyState === 'complete'")
        yield page
        assert await page.run("window.troubles.join()") == ""


def a_case(office: Office) -> str:
    return office.services.open_case.open(
        Opening(
            office.citizen(),
            "passport_lost",
            language="id",
            mission=SINGAPORE,
            location=Location(1.3521, 103.8198),
            wishes=("no_call", "woman_officer"),
            hands_over=True,
            context=Context("Cerita " * 20, form=(("name", "Sri Wahyuni " * 4),)),
        )
    ).case.reference


async def test_a_case_is_claimed_answered_noted_and_closed_by_keyboard_alone(
    office: Office, rina: int
) -> None:
    case = a_case(office)
    async with opened(office, rina) as page:
        await page.tab_to(f'href="/desk/cases/{case}"')
        await page.press("Enter")
        await page.until(f"location.pathname.endsWith('{case}')")
        await page.until("document.readyState === 'complete'")
        await page.tab_to("button main")
        await page.press("Enter")
        await page.until("location.search === '?done=claim'")
        await page.until("document.readyState === 'complete'")
        await page.tab_to('id="reply"')
        await page.write("Saya bantu.")
        await page.press("Enter", modifiers=_CTRL)
        await page.until("location.search === '?done=reply'")
        await page.until("document.readyState === 'complete'")
        await page.tab_to('id="box-reply"')
        await page.press("ArrowRight")
        await page.tab_to('id="note"')
        await page.write("Sudah dicek.")
        await page.press("Enter", modifiers=_CTRL)
        await page.until("location.search === '?done=note'")
        await page.until("document.readyState === 'complete'")
        await page.tab_to("</svg>Tutup kasus")
        await page.press("Enter")
        await page.tab_to('value="resolved"')
        await page.press(" ")
        await page.tab_to("button main")
        await page.press("Enter")
        await page.until("location.search === '?done=close'")

    kinds = [event.kind.value for event in office.services.transcripts.events(case)]
    assert kinds == ["opened", "claimed", "officer_wrote", "noted", "closed"]
    [sent] = office.outbound(office.citizen())
    assert "Saya bantu." in sent


async def test_a_new_case_and_new_words_show_without_a_reload(office: Office, rina: int) -> None:
    async with opened(office, rina) as page:
        await page.run("window.isSame = true")
        case = a_case(office)
        await page.until(f"document.getElementById('list').textContent.includes('{case}')")
        await page.until("document.title.startsWith('(1)')")
        assert await page.run("window.isSame") is True

        office.services.claim(case, rina)
        await page.go(f"{office.url}/desk/cases/{case}")
        await page.run("window.isSame = true; document.getElementById('reply').value = 'Seben'")
        office.services.from_citizen(office.citizen(), office.message("halo pak"))
        await page.until("document.getElementById('lines').textContent.includes('halo pak')")
        assert await page.run("window.isSame") is True
        assert await page.run("document.getElementById('reply').value") == "Seben"


async def test_a_page_shows_by_itself_that_a_colleague_was_faster(
    office: Office, rina: int
) -> None:
    case = a_case(office)
    async with opened(office, rina) as page:
        await page.go(f"{office.url}/desk/cases/{case}")
        office.services.claim(case, office.officer("Tono"))

        await page.until("document.body.innerText.includes('Tono')")
        await page.until("!document.querySelector('form[action$=\"/claim\"]')")


async def test_a_revoked_officers_open_page_is_emptied_by_itself(office: Office, rina: int) -> None:
    case = a_case(office)
    async with opened(office, rina) as page:
        await page.go(f"{office.url}/desk/cases/{case}")
        office.services.revoke(rina)
        a_case(office)
        office.services.note(case, office.officer("Tono"), text="x")

        await page.until("!document.body.innerText.includes('KSL-')")


async def test_a_canned_reply_goes_into_the_box_where_it_can_be_changed(
    office: Office, rina: int
) -> None:
    case = a_case(office)
    office.services.claim(case, rina)
    async with opened(office, rina) as page:
        await page.go(f"{office.url}/desk/cases/{case}")
        await page.run("document.querySelector('.up').open = true")
        await page.run("document.querySelector('button[value=hello]').click()")

        value = await page.run("document.getElementById('reply').value")
        assert str(value).startswith("Halo, saya Rina")
        assert await page.run("document.activeElement.id") == "reply"


@pytest.mark.parametrize("width", [360, 414, 768])
async def test_nothing_is_wider_than_a_small_screen(office: Office, width: int) -> None:
    case = a_case(office)
    head = office.services.add_officer(
        "Budi Hartono Wirawan",
        role=Role.HEAD,
        missions=("kbri-singapore", "kjri-frankfurt"),
    ).officer.id
    office.services.claim(case, head)
    office.services.from_citizen(office.citizen(), office.message("x" * 300))
    async with opened(office, head) as page:
        await page.size(width, 780, is_phone=True)
        for path in ("/desk", f"/desk/cases/{case}", "/desk/officers", "/desk/me", "/desk/x"):
            await page.go(f"{office.url}{path}")
            assert await page.run("document.documentElement.scrollWidth") == width, path
            small = await page.run(
                "[...document.querySelectorAll('main .button, main summary.button')]"
                ".filter(b => b.offsetHeight && b.offsetHeight < 36).length"
            )
            assert small == 0, path


@pytest.mark.parametrize("is_dark", [False, True])
async def test_words_stand_out_from_what_is_behind_them(
    office: Office, rina: int, is_dark: bool
) -> None:
    case = a_case(office)
    office.services.claim(case, rina)
    office.services.from_citizen(office.citizen(), office.message("halo"))
    office.services.note(case, rina, text="catatan")
    async with opened(office, rina) as page:
        if is_dark:
            await page.dark()
        for path in ("/desk?tab=mine", f"/desk/cases/{case}", "/desk/me"):
            await page.go(f"{office.url}{path}")
            assert await page.run(_FAINT) == "", path
