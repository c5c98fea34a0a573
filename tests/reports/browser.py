#!/usr/bin/env python3
"""browser.py NIXWHY HUGE_PAGE [AXE]: the HTML report in a real Chromium: it renders without a word on the console, folds,
filters and zooms, holds on a narrow screen, in the dark, on paper and without script; text of a log stays text; contrast,
names and focus are as they must be, and so says axe-core, where its script AXE is given."""
import os, re, subprocess, sys, tempfile

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

program, huge = sys.argv[1:3]
axe = open(sys.argv[3]).read() if len(sys.argv) > 3 else ""
passed = 0

# The lowest contrast of text against what stands behind it, and where; by WCAG 2.2, 1.4.3.
CONTRAST = r"""
const parse = c => { const m = c.match(/[\d.]+/g).map(Number); return c.startsWith('color(') ? [m[0]*255, m[1]*255, m[2]*255, m.length > 3 ? m[3] : 1] : [m[0], m[1], m[2], m.length > 3 ? m[3] : 1]; };
const linear = v => { v /= 255; return v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4); };
const light = c => 0.2126 * linear(c[0]) + 0.7152 * linear(c[1]) + 0.0722 * linear(c[2]);
const over = (top, under) => [0, 1, 2].map(i => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
const behind = e => { const stack = []; for (let at = e; at; at = at.parentElement) stack.push(parse(getComputedStyle(at).backgroundColor)); let c = [255, 255, 255, 1];
  if (matchMedia('(prefers-color-scheme: dark)').matches) c = [18, 18, 18, 1]; return stack.reverse().reduce((under, top) => over(top, under), c); };
const bad = []; let seen = 0;
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walk.nextNode()) {
  const e = walk.currentNode.parentElement;
  if (!walk.currentNode.data.trim() || ['SCRIPT', 'STYLE', 'title'].includes(e.tagName) || !e.checkVisibility()) continue;
  const style = getComputedStyle(e), under = behind(e);
  const ink = over(parse(e.closest('svg') ? style.fill : style.color), under);
  const a = light(ink), b = light(under), ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  seen++;
  if (ratio < 4.5) bad.push(ratio.toFixed(2) + ' ' + e.tagName + '.' + e.getAttribute('class') + ': ' + walk.currentNode.data.trim().slice(0, 60));
}
return [seen, bad];
"""
# Signs of the chart against what stands behind them, 3:1 by WCAG 1.4.11.
SIGNS = r"""
const rgb = c => c.match(/[\d.]+/g).map(Number), linear = v => { v /= 255; return v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4); };
const light = c => 0.2126 * linear(c[0]) + 0.7152 * linear(c[1]) + 0.0722 * linear(c[2]);
const under = light(rgb(getComputedStyle(document.querySelector('.scroll')).backgroundColor));
return [...document.querySelectorAll('.scroll path.m')].map(e => { const a = light(rgb(getComputedStyle(e).fill)); return [(Math.max(a, under) + 0.05) / (Math.min(a, under) + 0.05), e.getAttribute('class')]; }).filter(one => one[0] < 3);
"""


def check(name, held, why=""):
    global passed
    if not held:
        sys.exit(f"{name}: {why}")
    passed += 1


options = webdriver.ChromeOptions()
for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1280,900", "--force-color-profile=srgb"):
    options.add_argument(flag)
options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
driver = webdriver.Chrome(options=options)


def cdp(command, **arguments):
    return driver.execute_cdp_cmd(command, arguments)


def js(script, *arguments):
    return driver.execute_script(script, *arguments)


def media(scheme="light", kind=""):
    cdp("Emulation.setEmulatedMedia", media=kind, features=[{"name": "prefers-color-scheme", "value": scheme}])


def wide(width, height=900):
    cdp("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)


def open_page(name, path):
    driver.get("file://" + path)
    said = [entry["message"] for entry in driver.get_log("browser")]
    check(name, not said, f"the console says {said}")


def ax_nodes():
    return [node for node in cdp("Accessibility.getFullAXTree")["nodes"] if not node.get("ignored")]


def looks(name):
    """What holds for each page, in the light, the dark and on narrow screens."""
    js("document.querySelectorAll('details').forEach(d => d.open = true)")
    for scheme in ("light", "dark"):
        media(scheme)
        seen, bad = js(CONTRAST)
        check(name, seen > 10 and not bad, f"{scheme}: {len(bad)} of {seen} texts with too little contrast: {bad[:5]}")
        if js("return document.querySelector('.scroll') !== null"):
            faint = js(SIGNS)
            check(name, not faint, f"{scheme}: signs with too little contrast: {faint[:3]}")
        if axe:
            js(axe)
            found = driver.execute_async_script("const done = arguments[0]; axe.run({resultTypes: ['violations']}).then(r => done(r.violations.map(v => v.id + ': ' + v.nodes[0].html.slice(0, 200))), e => done([String(e)]))")
            check(name, not found, f"{scheme}: axe finds {found}")
    dark, _ = js("return getComputedStyle(document.body).backgroundColor"), media("light")
    check(name, dark != js("return getComputedStyle(document.body).backgroundColor"), "dark and light are the same")
    for width in (360, 768, 1280, 2560):
        wide(width)
        check(name, js("return document.documentElement.scrollWidth <= innerWidth"), f"{width} px: {js('return document.documentElement.scrollWidth')} px wide")
    wide(1280)
    for node in ax_nodes():
        if node["role"]["value"] in ("button", "link", "textbox", "searchbox", "region", "heading", "image"):
            check(name, node.get("name", {}).get("value"), f"a {node['role']['value']} without a name")
    levels = [int(e.tag_name[1]) for e in driver.find_elements(By.CSS_SELECTOR, "h1,h2,h3,h4")]
    check(name, levels[0] == 1 and levels.count(1) == 1 and all(b - a <= 1 for a, b in zip(levels, levels[1:])), f"headings {levels}")
    check(name, js("return document.documentElement.lang") == "en" and driver.title, "no language or no title")


def works(name):
    """Folding, the filter, the chart."""
    folds = "document.querySelectorAll('details')"
    driver.find_element(By.ID, "unfold").click()
    check(name, js(f"return [...{folds}].every(d => d.open)"), "not all is unfolded")
    driver.find_element(By.ID, "fold").click()
    check(name, js(f"return [...{folds}].every(d => !d.open)"), "not all is folded")
    field, cards = driver.find_element(By.ID, "filter"), driver.find_elements(By.CSS_SELECTOR, "[data-card]")
    title = cards[-1].find_element(By.TAG_NAME, "h3").text
    field.send_keys(title)
    shown = [card for card in cards if card.is_displayed()]
    check(name, cards[-1] in shown and len(shown) < len(cards), f"{len(shown)} of {len(cards)} cards for {title!r}")
    check(name, driver.find_element(By.ID, "told").text == f"{len(shown)} of {len(cards)} findings", "the count is not told")
    field.send_keys(" no-such-word")
    check(name, not any(card.is_displayed() for card in cards), "a card without the word is shown")
    js("arguments[0].value = ''; arguments[0].dispatchEvent(new Event('input'))", field)
    check(name, all(card.is_displayed() for card in cards), "cards stay hidden")
    places = lambda: js("return [...document.querySelectorAll('svg.chart [data-mark]')].map(m => m.getAttribute('transform') + m.style.display)")
    before = places()
    driver.find_element(By.ID, "zoom-in").click()
    check(name, places() != before, "no zoom")
    driver.find_element(By.ID, "later").click()
    driver.find_element(By.ID, "zoom-all").click()
    number = lambda texts: [float(n) for text in texts for n in re.findall(r"[\d.]+", text)]
    check(name, all(abs(a - b) < 0.1 for a, b in zip(number(places()), number(before), strict=True)), "zooming out leads elsewhere")
    js("const s = document.querySelector('svg.chart'), b = s.getBoundingClientRect(); s.dispatchEvent(new WheelEvent('wheel', {ctrlKey: true, deltaY: -1, clientX: b.left + b.width / 2, bubbles: true, cancelable: true}))")
    check(name, places() != before, "no zoom by the wheel")
    driver.find_element(By.ID, "zoom-all").click()
    mark = js("return document.querySelector('svg.chart a[data-mark]')")
    target = mark.get_attribute("href") or js("return arguments[0].getAttribute('href')", mark)
    js("arguments[0].focus()", mark)
    tip = driver.find_element(By.ID, "tip")
    check(name, tip.is_displayed() and tip.text, "focus on a mark shows nothing")
    check(name, tip.text == js("return arguments[0].querySelector('title').textContent.replace(/\\s+/g, ' ').trim()", mark), "the tip says something else")
    js("document.activeElement.blur()")
    check(name, not tip.is_displayed(), "the tip stays")
    js("arguments[0].focus()", mark)
    webdriver.ActionChains(driver).send_keys(Keys.ENTER).perform()
    check(name, driver.current_url.endswith("#" + str(target).split("#")[-1].strip("'} ")), f"{driver.current_url}, wanted {target}")
    # keyboard: the first stop leads to the report, every stop is seen
    driver.get(driver.current_url.split("#")[0])
    stops = []
    for _ in range(40):
        webdriver.ActionChains(driver).send_keys(Keys.TAB).perform()
        stop = js("const e = document.activeElement, s = getComputedStyle(e); return [e.tagName + '.' + (e.id || e.className.baseVal || e.className), s.outlineStyle, parseFloat(s.outlineWidth)]")
        if stop[0].startswith("BODY"):
            break
        stops.append(stop)
    check(name, stops[0][0] == "A.skip" and len(stops) > 8, f"stops {stops}")
    for what, style, width in stops:
        check(name, style != "none" and width >= 2, f"the focus on {what} is not seen: {style} {width}")


def reads_on_paper(name):
    driver.get(driver.current_url.split("#")[0])
    media(kind="print")
    check(name, js("return [...document.querySelectorAll('.tools')].every(t => getComputedStyle(t).display === 'none')"), "buttons on paper")
    closed = js("return [...document.querySelectorAll('details:not([open]) > :not(summary)')].filter(e => e.offsetHeight === 0).length")
    check(name, closed == 0, f"{closed} folded parts are not printed")
    media()


def reads_without_script(name, path):
    cdp("Emulation.setScriptExecutionDisabled", value=True)
    driver.get("file://" + path)
    shown = driver.find_element(By.TAG_NAME, "body").text
    check(name, "What to do first" in shown and not driver.find_element(By.CSS_SELECTOR, ".tools").is_displayed(), "without script it does not read")
    chart = driver.find_elements(By.CSS_SELECTOR, "svg.chart")
    check(name, not chart or chart[0].size["height"] > 100, "without script there is no chart")
    cdp("Emulation.setScriptExecutionDisabled", value=False)


bait = "</title></script><img src=x onerror=\"document.pwned=1\"><svg onload=document.pwned=1><iframe srcdoc=x>'\"`--><a href=javascript:document.pwned=1>"
hostile = "".join(f"2026-11-22T20:00:0{n}+0000 h{n}{bait.replace(' ', '/')} {unit}[1]: error: undefined variable '{bait}'\n"
                  f"2026-11-22T20:00:0{n}+0000 h{n} systemd[1]: x{n}{bait.replace(' ', '')}.service: Failed with result 'exit-code'.\n" for n, unit in enumerate(("nix", "<b>nix</b>", "a&lt;b")))

with tempfile.TemporaryDirectory() as folder:
    def page(name, *inputs):
        path = os.path.join(folder, name + ".html")
        subprocess.run([program, "explain", "--format", "html", "-o", path, *inputs], stderr=subprocess.DEVNULL, check=True)
        return path

    try:
        for incident in ("first-join", "first-join-full", "scripted-rebuild", "scripted-rebuild-with-journal"):
            path = page(incident, f"fixtures/incidents/{incident}")
            open_page(incident, path)
            looks(incident)
            if incident != "scripted-rebuild":
                open_page(incident, path)
                works(incident)
            reads_on_paper(incident)
            reads_without_script(incident, path)
        log = os.path.join(folder, "<img src=x onerror=document.pwned=1>.log")
        with open(log, "w") as file:
            file.write(hostile)
        open_page("hostile", page("hostile", log))
        check("hostile", js("return document.pwned === undefined && document.querySelectorAll('img,iframe,b,object,embed,link,base').length === 0"), "the log is no text any more")
        check("hostile", js("return [...document.querySelectorAll('a')].every(a => a.getAttribute('href').startsWith('#'))"), "a link leads out")
        check("hostile", bait in js("return document.body.textContent") and driver.title.count("<img") > 0, "the text of the log does not stand there")
        looks("hostile")
        with open(os.path.join(folder, "fine.log"), "w") as file:
            file.write("all is well\n")
        open_page("no failure", page("fine", file.name))
        check("no failure", "no failure" in driver.find_element(By.TAG_NAME, "h1").text, "the answer is missing")
        open_page("10,000 findings", os.path.abspath(huge))
        wide(360)
        check("10,000 findings", js("return document.documentElement.scrollWidth <= innerWidth"), "too wide")
    finally:
        driver.quit()
print(f"{passed} passed, 0 failed")
