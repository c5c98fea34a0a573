// See html_assets.hpp. Light and dark by what the reader's system asks for; on paper everything is unfolded. Without the
// script the page reads the same, only zoom, filter and the box beside the pointer are missing.
#include "report/html_assets.hpp"

namespace nixwhy {

// SHA-256 of the two texts below; the browser refuses them where they differ; tests/checks/reports.sh says what they are.
const std::string_view html_style_hash = "sha256-knlO/dWAufHYlLpxpbKkSBSCcERivMq1z2WhWJmpGz0=";
const std::string_view html_script_hash = "sha256-vpg2lLegb7AktpKsA66e+r8J4LrTOi0XHQOI0pO2ysA=";

const std::string_view html_style = R"css(
:root{color-scheme:light dark;--bg:#fff;--card:#f6f7f9;--text:#1b1f24;--dim:#57606a;--line:#d0d7de;--link:#0757b8;--root:#b3261e;--symptom:#8a5300;--good:#1a6b32;--state:#5b3fb0;--code:#eceff3;--focus:#0757b8}
@media(prefers-color-scheme:dark){:root{--bg:#11151a;--card:#1a2027;--text:#e8ecf1;--dim:#a3aebb;--line:#38424d;--link:#7cb8ff;--root:#ff8a80;--symptom:#f2b45a;--good:#6fd48b;--state:#c0aaff;--code:#242c35;--focus:#7cb8ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--text);font:16px/1.5 system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif}
main,header,footer{max-width:72rem;margin:0 auto;padding:0 1rem}
h1{font-size:1.5rem;line-height:1.25;margin:.2rem 0 .6rem;overflow-wrap:anywhere}
h2{font-size:1.15rem;margin:2rem 0 .6rem}
section.card h2{margin-top:0}
h3{font-size:1.02rem;margin:0;overflow-wrap:anywhere}
p{margin:.4rem 0;overflow-wrap:anywhere}
a{color:var(--link)}
a:focus-visible,summary:focus-visible,button:focus-visible,input:focus-visible,[tabindex]:focus-visible{outline:3px solid var(--focus);outline-offset:2px}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem;background:var(--bg);padding:.5rem}
.dim{color:var(--dim)}.small{font-size:.88rem}
.verdict{font-weight:700;text-transform:uppercase;letter-spacing:.04em;font-size:.82rem;margin:1.4rem 0 0}
.explained .verdict{color:var(--root)}.unexplained .verdict{color:var(--symptom)}.no-failure .verdict{color:var(--good)}
.card{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.9rem 1rem;margin:.8rem 0}
.root{border-left:.35rem solid var(--root)}.over{border-left-color:var(--good)}.symptom{border-left:.35rem solid var(--symptom)}.context{border-left:.35rem solid var(--line)}
code,pre,.log{font-family:ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;font-size:.88em}
code{background:var(--code);border-radius:.25rem;padding:.08em .3em;overflow-wrap:anywhere}
code.cmd{font-weight:600;white-space:pre-wrap}
ol,ul{margin:.4rem 0;padding-left:1.5rem}li{margin:.25rem 0;overflow-wrap:anywhere}
ul.tree{list-style:none;padding-left:.2rem}ul.tree ul{list-style:none;padding-left:1rem;border-left:1px solid var(--line);margin-left:.3rem}
.log{background:var(--code);border-radius:.35rem;padding:.5rem .7rem;margin:.3rem 0;white-space:pre-wrap;overflow-wrap:anywhere}
.log .near{color:var(--dim)}
details{margin:.5rem 0}summary{cursor:pointer;color:var(--link)}
.tag{display:inline-block;border:1px solid var(--line);border-radius:1rem;padding:0 .55rem;font-size:.82rem;margin:0 .3rem .2rem 0;color:var(--dim);overflow-wrap:anywhere}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:.5rem;background:var(--card)}
svg.chart{display:block;min-width:46rem;width:100%;height:auto}
svg text{fill:var(--text);font:12px system-ui,"DejaVu Sans",sans-serif}
svg .soft{fill:var(--dim)}svg .host{font-weight:700}
svg .grid{stroke:var(--line);stroke-width:1}svg .hush{fill:var(--line);opacity:.45}
svg .arrow{fill:none;stroke:var(--dim);stroke-width:1.3;opacity:.75}svg .head{fill:var(--dim)}
svg .m{stroke:var(--card);stroke-width:1}
svg .m.root{fill:var(--root)}svg .m.symptom{fill:var(--symptom)}svg .m.recovered{fill:var(--good)}svg .m.state{fill:var(--state)}svg .m.restart{fill:var(--dim)}
svg a:focus-visible{outline:3px solid var(--focus)}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1rem;margin:.5rem 0;padding:0;list-style:none}
.legend svg{width:14px;height:14px;vertical-align:-2px;margin-right:.3rem}
.tools{display:flex;flex-wrap:wrap;gap:.5rem;margin:.5rem 0;align-items:center}
.tools[hidden]{display:none}
button,input{font:inherit;color:var(--text);background:var(--bg);border:1px solid var(--dim);border-radius:.35rem;padding:.3rem .7rem}
button{cursor:pointer;min-width:2.6rem}input{min-width:12rem;flex:1 1 12rem;max-width:26rem}
#tip{position:fixed;max-width:26rem;background:var(--text);color:var(--bg);padding:.4rem .6rem;border-radius:.35rem;font-size:.85rem;pointer-events:none;overflow-wrap:anywhere;z-index:2}
table{border-collapse:collapse;width:100%;font-size:.92rem}th,td{text-align:left;padding:.3rem .6rem .3rem 0;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
td.n,th.n{text-align:right;white-space:nowrap}
footer{margin-top:2.5rem;padding-bottom:2rem}
@media(max-width:40rem){body{font-size:15px}.card{padding:.7rem}table.wide thead{display:none}table.wide tr{display:block;border-bottom:1px solid var(--line);padding:.4rem 0}table.wide td{display:block;border:0;padding:0;text-align:left}table.wide td::before{content:attr(data-label) " ";color:var(--dim)}}
@media print{:root{color-scheme:light;--bg:#fff;--card:#fff;--text:#000;--dim:#444;--line:#999;--link:#000;--root:#8c1d18;--symptom:#6b4200;--good:#14532d;--state:#43308a;--code:#f3f3f3}
.tools,.skip,#tip{display:none!important}body{font-size:10.5pt}.card,.log{break-inside:avoid}.scroll{overflow:visible;border:0}svg.chart{min-width:0}details>*{display:block}details::details-content{content-visibility:visible;display:block}h2{break-after:avoid}}
)css";

const std::string_view html_script = R"js(
'use strict';
(function () {
  const all = (selector, from) => Array.from((from || document).querySelectorAll(selector));
  const tools = all('.tools');
  tools.forEach(t => { t.hidden = false; });

  // Filter: cards and rows that hold all words stay.
  const input = document.getElementById('filter');
  const told = document.getElementById('told');
  const cards = all('[data-card]');
  if (input) input.addEventListener('input', () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    cards.forEach(card => {
      const text = card.textContent.toLowerCase();
      card.hidden = !words.every(word => text.includes(word));
      if (!card.hidden) shown++;
    });
    told.textContent = words.length ? shown + ' of ' + cards.length + ' findings' : '';
  });

  const folds = all('details');
  const set = open => folds.forEach(fold => { fold.open = open; });
  const on = (id, act) => { const button = document.getElementById(id); if (button) button.addEventListener('click', act); };
  on('unfold', () => set(true));
  on('fold', () => set(false));
  let before = [];
  addEventListener('beforeprint', () => { before = folds.map(f => f.open); set(true); });
  addEventListener('afterprint', () => folds.forEach((f, i) => { f.open = before[i]; }));

  // A link to a finding unfolds what it stands in.
  const reveal = () => {
    const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    for (let at = target; at; at = at.parentElement) if (at.tagName === 'DETAILS') at.open = true;
    if (target) { target.hidden = false; target.scrollIntoView(); }
  };
  addEventListener('hashchange', reveal);
  if (location.hash) reveal();

  // Zoom of the chart: the places of marks are spread, the signs keep their size.
  const svg = document.querySelector('svg.chart');
  if (!svg) return;
  const tip = document.getElementById('tip');
  const left = Number(svg.dataset.left), width = Number(svg.dataset.width);
  let zoom = 1, from = 0;
  const place = x => left + (x - from) * zoom * width / 1000;
  const draw = () => {
    from = Math.max(0, Math.min(1000 - 1000 / zoom, from));
    all('[data-x]', svg).forEach(e => {
      const x = place(Number(e.dataset.x));
      e.setAttribute('transform', 'translate(' + x + ',' + e.dataset.y + ')');
      e.style.display = x < left - 6 || x > left + width + 6 ? 'none' : '';
    });
    all('[data-span]', svg).forEach(e => {
      const ends = e.dataset.span.split(' ').map(Number);
      const a = Math.max(left, place(ends[0])), b = Math.min(left + width, place(ends[1]));
      e.setAttribute('x', a); e.setAttribute('width', Math.max(0, b - a));
    });
    all('[data-arrow]', svg).forEach(e => {
      const p = e.dataset.arrow.split(' ').map(Number);
      const a = place(p[0]), b = place(p[2]);
      const visible = a >= left - 1 && b >= left - 1 && a <= left + width + 1 && b <= left + width + 1;
      e.style.display = visible ? '' : 'none';
      e.setAttribute('d', 'M' + a + ' ' + p[1] + 'C' + (a + 26) + ' ' + p[1] + ' ' + (b - 26) + ' ' + p[3] + ' ' + (b - 7) + ' ' + p[3]);
    });
  };
  const scale = (factor, about) => {
    const at = about === undefined ? from + 500 / zoom : about;
    const next = Math.max(1, Math.min(4000, zoom * factor));
    from = at - (at - from) * zoom / next;
    zoom = next;
    draw();
  };
  on('zoom-in', () => scale(2));
  on('zoom-out', () => scale(0.5));
  on('zoom-all', () => { zoom = 1; from = 0; draw(); });
  on('earlier', () => { from -= 300 / zoom; draw(); });
  on('later', () => { from += 300 / zoom; draw(); });
  svg.addEventListener('wheel', event => {
    if (!event.ctrlKey && !event.shiftKey) return;
    event.preventDefault();
    const box = svg.getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width * svg.viewBox.baseVal.width;
    scale(event.deltaY < 0 ? 1.5 : 1 / 1.5, from + (x - left) / width * 1000 / zoom);
  }, { passive: false });

  const show = (mark, x, y) => {
    tip.textContent = mark.querySelector('title').textContent;
    tip.hidden = false;
    tip.style.left = Math.max(8, Math.min(x + 14, innerWidth - tip.offsetWidth - 8)) + 'px';
    tip.style.top = Math.max(8, Math.min(y + 14, innerHeight - tip.offsetHeight - 8)) + 'px';
  };
  all('[data-mark]', svg).forEach(mark => {
    mark.addEventListener('mousemove', event => show(mark, event.clientX, event.clientY));
    mark.addEventListener('mouseleave', () => { tip.hidden = true; });
    mark.addEventListener('focus', () => { const box = mark.getBoundingClientRect(); show(mark, box.right, box.bottom); });
    mark.addEventListener('blur', () => { tip.hidden = true; });
  });
  addEventListener('keydown', event => { if (event.key === 'Escape') tip.hidden = true; });
})();
)js";

}  // namespace nixwhy
