/** What `vl_convert` is elsewhere: a Vega-Lite specification becomes an SVG, at once, and no word of it is run as a program. */
import * as vega from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { compile, type TopLevelSpec } from "vega-lite";

/** What the types of the library leave out. */
interface Renderer {
  initialize(element: null, width: number, height: number, origin: readonly number[], scale: number): Renderer;
  render(scene: unknown): Renderer;
  svg(): string;
}
interface Laid {
  _viewWidth: number;
  _viewHeight: number;
  _origin: readonly number[];
}
const { SVGStringRenderer } = vega as unknown as { SVGStringRenderer: new () => Renderer };

/** The specification is JSON, as the pages of `sla` make it. */
export function vegaliteToSvg(specification: string): string {
  const { spec } = compile(JSON.parse(specification) as TopLevelSpec);
  const view = new vega.View(vega.parse(spec, undefined, { ast: true }), { expr: expressionInterpreter, renderer: "none" });
  view.run();
  const { _viewWidth, _viewHeight, _origin } = view as unknown as Laid;
  const scene = (view.scenegraph() as unknown as { root: unknown }).root;
  const drawn = new SVGStringRenderer().initialize(null, _viewWidth, _viewHeight, _origin, 1).render(scene).svg();
  view.finalize();
  return drawn;
}
