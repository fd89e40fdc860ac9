"""Every page in every state: axe-core (WCAG 2.2 AA), no overflow, weight, paint, print."""

import pytest
from fixtures_browser import NARROW, WIDE, served, watched

pytestmark = pytest.mark.browser

ALARMS = "q=how+many+false+alarms+in+2023"
LIGHTS = "q=how+many+lighthouses+were+inspected"

STATES = {
    "empty form": "/",
    "answered": f"/?{ALARMS}",
    "answered by a sentence": "/?q=oldest+station+stands+lighthouse+opened+in+1931",
    "answered from few reports": f"/?{ALARMS}&document=harbour&document=hostile",
    "not answered": "/?q=who+painted+the+ceiling+of+the+chapel",
    "hostile": "/?q=hostile+vessel+sank+times",
    "too long": f"/?q={'x' * 4001}",
    "thanked": f"/?{ALARMS}&said=right",
    "reader": "/documents/harbour",
    "reader at a passage": "/documents/harbour/passages/2?mark=0-30",
    "reader of hostile": "/documents/hostile",
    "page": "/documents/harbour/pages/1",
    "page with boxes": "/documents/harbour/pages/1?passage=0&mark=0-38",
    "reports": "/documents",
    "compare form": "/compare",
    "compare": f"/compare?{LIGHTS}",
    "compare sorted": f"/compare?{LIGHTS}&sort=answer&order=desc",
    "docs": "/docs",
    "not found": "/documents/none",
    "not an address": "/nowhere",
    "not a question": "/?q=any&top_k=0",
    "no answer to take": "/answer.txt?q=who+painted+the+ceiling+of+the+chapel",
    "failed": "/?q=please+fail",
}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page):
    from axe_playwright_python.sync_playwright import Axe

    options = {"runOnly": {"type": "tag", "values": RULES}}
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{one['id']}: {node['html'][:160]} {node['failureSummary']}"
        for one in found
        for node in one["nodes"]
    ]


def unfold(page):
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")


@pytest.mark.parametrize("path", STATES.values(), ids=STATES)
def test_no_one_is_shut_out(watch, path):
    page = watch.open(path)
    unfold(page)
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": 800})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert violations(page) == [], (width, scheme)
        across = page.evaluate("document.documentElement.scrollWidth")
        assert across <= width, f"{across} pixels wide at {width}"


def test_an_empty_library_shuts_no_one_out(chromium, tmp_path):
    with served(tmp_path / "index") as site, watched(chromium, site) as watch:
        for path in ("/", "/documents", "/compare"):
            assert violations(watch.open(path)) == []
        assert watch.troubles == []


@pytest.mark.parametrize("path", STATES.values(), ids=STATES)
def test_no_page_is_heavy(watch, path):
    watch.open(path).wait_for_load_state("networkidle")
    assert 0 < watch.bytes <= 100_000


@pytest.mark.parametrize("path", STATES.values(), ids=STATES)
def test_nothing_moves_once_shown(watch, path):
    watch.page.add_init_script(
        """
        window.moved = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) window.moved += entry.value;
        }).observe({ type: "layout-shift", buffered: true });
        """
    )
    page = watch.open(path)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.moved") == 0


def test_an_answer_is_painted_within_100_ms_of_the_response(chromium, site):
    """In the time of the browser's own thread, which what else the machine does takes no part in:
    all that it does for the page, from its start to the first paint and beyond."""

    def busy():
        with watched(chromium, site) as watch:
            devtools = watch.page.context.new_cdp_session(watch.page)
            devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
            page = watch.open(f"/?{ALARMS}")
            paint = "performance.getEntriesByName('first-contentful-paint').length"
            while not page.evaluate(paint):
                page.wait_for_timeout(20)
            metrics = devtools.send("Performance.getMetrics")["metrics"]
            return next(one["value"] for one in metrics if one["name"] == "TaskDuration")

    assert 0 < min(busy() for _ in range(3)) <= 0.1


def test_an_answer_is_seen_within_100_ms_of_its_last_byte(watch):
    """By the clock, asked from the form as a person does: the best of several, since other work on
    the machine only adds."""
    waits = []
    while not waits or (min(waits) > 100 and len(waits) < 40):
        page = watch.open("/")
        page.get_by_label("Your question").fill(f"how many false alarms in 2023{'?' * len(waits)}")
        page.keyboard.press("Enter")
        page.wait_for_selector("[data-answer]")
        page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
        waits.append(
            page.evaluate(
                """
                performance.getEntriesByName('first-contentful-paint')[0].startTime
                  - performance.getEntriesByType('navigation')[0].responseEnd
                """
            )
        )
    assert min(waits) <= 100, waits


def test_print_is_the_answer_and_its_passages(watch):
    page = watch.open(f"/?{ALARMS}")
    page.emulate_media(media="print")
    assert page.locator("[data-answer]").is_visible()
    assert page.locator(".passages").is_visible()
    assert page.get_by_text("Question: how many false alarms in 2023", exact=True).is_visible()
    assert page.get_by_text(f"{watch.site}/?{ALARMS}", exact=True).is_visible()
    for gone in ("header", "footer", "form.question", "button", ".take", ".feedback", ".check"):
        assert not page.locator(gone).first.is_visible(), gone


def test_a_report_prints_as_text(watch):
    page = watch.open("/documents/harbour/passages/2?mark=0-20")
    page.emulate_media(media="print")
    assert page.get_by_role("heading", level=1).is_visible()
    assert page.get_by_role("table").is_visible()
    for gone in ("header", "footer", ".outline", ".margin", ".turn"):
        assert not page.locator(gone).first.is_visible(), gone


def test_dark_is_dark_and_light_is_light(watch):
    page = watch.open(f"/?{ALARMS}")
    shade = """
        (name) => getComputedStyle(document.body)[name]
          .match(/\\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0) / 3
    """
    for scheme, lighter, darker in (
        ("light", "backgroundColor", "color"),
        ("dark", "color", "backgroundColor"),
    ):
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate(shade, lighter) > 200
        assert page.evaluate(shade, darker) < 60
