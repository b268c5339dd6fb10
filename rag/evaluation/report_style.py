"""The style of the HTML report: light or dark as the reader's system is, wide or narrow as the window is."""

STYLE = """
:root { --ink: #1c1f24; --paper: #ffffff; --soft: #5c6470; --line: #d9dde3; --accent: #1f5fbf;
  --band: #1f5fbf26; --hit: #e3f3e6; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e8eb; --paper: #16181c; --soft: #a2aab5; --line: #363b43; --accent: #7db1ff;
    --band: #7db1ff30; --hit: #1d3524; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 72rem; margin: 0 auto; padding: 1.5rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2rem; } h3 { font-size: 1rem; margin: 0 0 .3rem; }
h3:not(.sides h3) { margin-top: 1rem; }
p { margin: .3rem 0; }
.note, small, figcaption, footer { color: var(--soft); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .25rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
table { overflow-wrap: normal; }
@media (max-width: 40rem) { .meaning { display: none; } }
th[scope=row] { font-weight: 400; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); gap: 1rem; }
figure { margin: 0; } figcaption { font-size: .875rem; }
.plot { width: 100%; height: auto; }
.plot .grid { stroke: var(--line); } .plot .guide { stroke: var(--soft); stroke-dasharray: 4 4; fill: none; }
.plot .main { stroke: var(--accent); stroke-width: 2; fill: none; } .plot .dot { fill: var(--accent); }
.plot .band { fill: var(--band); }
.plot text { fill: var(--soft); font-size: 11px; text-anchor: middle; } .plot .left { text-anchor: end; }
.plot .axis { fill: var(--ink); font-size: 12px; }
details { border: 1px solid var(--line); border-radius: .4rem; margin: .5rem 0; padding: .5rem .8rem; }
summary { cursor: pointer; }
.sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr)); gap: 1rem; margin-top: .6rem; }
blockquote { margin: .5rem 0; padding-left: .7rem; border-left: 3px solid var(--line); }
ol, ul { padding-left: 1.4rem; margin: .3rem 0; } .hit { background: var(--hit); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; } dd { margin: 0; }
"""
