"""How the review looks: one style sheet, for a screen by day and by night, a phone, and paper."""

STYLE = """
:root { color-scheme: light dark; --ink: #1a1a1a; --soft: #595959; --rule: #d0d0d0; --paper: #fff; --card: #f6f7f9; --accent: #0b5394;
  --met: #1b7f3b; --missed: #b3261e; --provisional: #7a5600; --other: #595959 }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8e8; --soft: #b0b0b0; --rule: #444; --paper: #16181c; --card: #1f2227;
  --accent: #8ab4f8; --met: #6ddc95; --missed: #ff8a80; --provisional: #f0c060; --other: #b0b0b0 } }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 1.5rem; max-width: 72rem; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif;
  overflow-wrap: anywhere }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .25rem } header p { color: var(--soft); margin: 0 }
h2 { font-size: 1.15rem; color: var(--accent); border-bottom: 1px solid var(--rule); padding-bottom: .2rem; margin: 2rem 0 .75rem }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(15rem, 100%), 1fr)); gap: 1rem }
.card { background: var(--card); border-left: .35rem solid var(--other); border-radius: .4rem; padding: .75rem 1rem }
.card h3, .card p { margin: 0 } .card h3 { font-size: 1rem } .owner, .soft { color: var(--soft); font-size: .85rem }
.figure { font-size: 1.9rem; font-weight: 650; line-height: 1.3 } .verdict { font-weight: 650; color: var(--other) }
.met { border-color: var(--met) } .met .verdict { color: var(--met) } .missed { border-color: var(--missed) }
.missed .verdict { color: var(--missed) }
.provisional { border-color: var(--provisional) } .provisional .verdict { color: var(--provisional) }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(28rem, 100%), 1fr)); gap: 1rem }
figure { margin: 0; break-inside: avoid } figure svg { width: 100%; max-width: 34rem;
  height: auto; color: var(--ink) }
figcaption { font-size: .85rem; color: var(--soft) }
.tables { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(28rem, 100%), 1fr)); gap: 1rem 2rem }
.wide { overflow-x: auto; margin: 0 0 1rem } .wide:focus-visible { outline: 2px solid var(--accent) }
table { border-collapse: collapse; font-size: .9rem; overflow-wrap: normal }
caption { text-align: left; font-weight: 650; padding: .25rem 0 }
th, td { border-bottom: 1px solid var(--rule); padding: .3rem .75rem .3rem 0; text-align: left; vertical-align: top }
.number { text-align: right; font-variant-numeric: tabular-nums }
.bar { display: block; width: min(14rem, 25vw); background: var(--card) } .bar span { display: block; height: .4rem;
  background: var(--accent) }
.when { white-space: nowrap } code { font-size: .8rem; overflow-wrap: anywhere }
@media print { body { max-width: none; padding: 0; font-size: 9pt } .card, figure, tr { break-inside: avoid } @page { margin: 14mm } }
"""
