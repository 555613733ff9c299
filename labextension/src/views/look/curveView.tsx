/** Objects as lines over one of their axes. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { scaleOf, toCsv } from '../../imageCurve';
import { fileName } from '../../objects';
import type { ViewInfo } from '../../protocol';
import { Problem } from './banner';
import { type CurveOf, type Stretch, useLines, wholeLine } from './curveData';
import { Choice, Toggle } from './imageTools';
import { Plot } from './plot';
import { useSize } from '../react';
import { saveDrawing, saveText } from './saving';
import { Sliders } from './sliders';

interface Props {
  curves: CurveOf[];
  trans: TranslationBundle;
  tools?: React.ReactNode;
}

export function CurveView({ curves, trans, tools }: Props): JSX.Element {
  const { axes, along, setAlong, positions, place, go } = useAxes(curves[0]?.info);
  const [log, setLog] = React.useState(false);
  const [zoomed, setZoomed] = React.useState<Stretch | null>(null);
  const box = React.useRef<HTMLDivElement>(null);
  const drawing = React.useRef<SVGSVGElement>(null);
  const size = useSize(box);
  const longest = Math.max(...curves.map(({ info: one }) => one.shape[one.axes.indexOf(along)] ?? 0));
  const stretch = zoomed ?? { start: 0, stop: longest };
  const { lines, problem } = useLines(curves, place, stretch, 2 * Math.round(size.width));
  const title = curves.map(curve => curve.info.name).join(' ');
  const saveCsv = async () => {
    const whole = await Promise.all(curves.map(curve => wholeLine(curve, place)));
    saveText(toCsv(whole, along), `${fileName(title)}.csv`, 'text/csv');
  };
  return (
    <div className="jp-DaisyCurve">
      <div className="jp-DaisyLook-tools" role="toolbar" aria-label={trans.__('Curve')}>
        {tools}
        <CurveTools
          axes={axes}
          along={along}
          log={log}
          whole={!zoomed}
          trans={trans}
          onAlong={axis => {
            setAlong(axis);
            setZoomed(null);
          }}
          onLog={() => setLog(!log)}
          onWhole={() => setZoomed(null)}
          onPicture={() => drawing.current && saveDrawing(drawing.current, title)}
          onNumbers={() => void saveCsv()}
        />
      </div>
      <div ref={box} className="jp-DaisyCurve-field">
        <Plot
          ref={drawing}
          lines={lines}
          across={{ low: stretch.start, high: Math.max(stretch.stop - 1, stretch.start + 1), log: false }}
          down={scaleOf(
            lines.map(line => line.y),
            log
          )}
          xTitle={along}
          yTitle={lines.map(line => line.name).join(', ')}
          size={size}
          trans={trans}
          onZoom={(low, high) => setZoomed(kept(low, high, longest))}
          onWhole={() => setZoomed(null)}
        />
      </div>
      {problem !== null && <Problem problem={problem} trans={trans} />}
      <Sliders axes={positions} trans={trans} onGo={go} />
    </div>
  );
}

interface Axes {
  axes: string[];
  along: string;
  setAlong: (axis: string) => void;
  /** Where the line lies, along the other axes. */
  positions: { name: string; length: number; position: number }[];
  place: { along: string; index: Record<string, number> };
  go: (axis: string, position: number) => void;
}

/** The axis that a line runs along, and where it lies along the others: in the middle at first. */
function useAxes(info: ViewInfo | undefined): Axes {
  const axes = info?.axes ?? [];
  const lengthOf = (axis: string) => info?.shape[axes.indexOf(axis)] ?? 1;
  const [along, setAlong] = React.useState(info?.shown[info.shown.length - 1] ?? '');
  const [index, setIndex] = React.useState<Record<string, number>>({});
  const positions = axes
    .filter(axis => axis !== along)
    .map(name => ({ name, length: lengthOf(name), position: index[name] ?? Math.floor(lengthOf(name) / 2) }));
  const place = { along, index: Object.fromEntries(positions.map(({ name, position }) => [name, position])) };
  const go = (axis: string, position: number) => setIndex({ ...index, [axis]: position });
  return { axes, along, setAlong, positions, place, go };
}

interface ToolsProps {
  axes: string[];
  along: string;
  log: boolean;
  whole: boolean;
  trans: TranslationBundle;
  onAlong: (axis: string) => void;
  onLog: () => void;
  onWhole: () => void;
  onPicture: () => void;
  onNumbers: () => void;
}

function CurveTools({ axes, along, log, whole, trans, ...on }: ToolsProps): JSX.Element {
  return (
    <>
      {axes.length > 1 && (
        <Choice
          label={trans.__('Axis from left to right')}
          value={along}
          options={axes.map((axis): [string, string] => [axis, axis])}
          onChoose={on.onAlong}
        />
      )}
      <Toggle on={log} onClick={on.onLog}>
        {trans.__('Logarithmic')}
      </Toggle>
      <Toggle on={whole} onClick={on.onWhole}>
        {trans.__('Fit')}
      </Toggle>
      <button className="jp-DaisyButton" onClick={on.onPicture}>
        {trans.__('Save PNG')}
      </button>
      <button className="jp-DaisyButton" onClick={on.onNumbers}>
        {trans.__('Save CSV')}
      </button>
    </>
  );
}

/** Give whole positions inside the axis, three at least; null for all of them. */
function kept(low: number, high: number, length: number): Stretch | null {
  const start = Math.max(0, Math.floor(low));
  const stop = Math.min(length, Math.max(Math.ceil(high) + 1, start + 3));
  return start === 0 && stop === length ? null : { start, stop };
}
