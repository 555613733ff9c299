/** Lines with their scales, a cursor that reads values, and a stretch to zoom into. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { type Line, type Scale, marksOf, nearestPoint, pathOf, placeOf, valueAt } from '../../imageCurve';
import { shortNumber } from '../../imageTicks';

interface Props {
  lines: Line[];
  across: Scale;
  down: Scale;
  xTitle: string;
  yTitle: string;
  size: { height: number; width: number };
  trans: TranslationBundle;
  onZoom: (low: number, high: number) => void;
  onWhole: () => void;
}

const [LEFT, RIGHT, TOP, FOOT] = [64, 16, 28, 40];
const LEAST_DRAG = 6;

export const Plot = React.forwardRef<SVGSVGElement, Props>(function Plot(props, ref): JSX.Element {
  const { lines, across, down, size, trans } = props;
  const [cursor, setCursor] = React.useState<number | null>(null);
  const [drag, setDrag] = React.useState<number | null>(null);
  const field = {
    width: Math.max(size.width - LEFT - RIGHT, 1),
    height: Math.max(size.height - TOP - FOOT, 1)
  };
  const placeUnder = (event: React.PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    return Math.min(Math.max((event.clientX - box.left - LEFT) / field.width, 0), 1);
  };
  const release = (event: React.PointerEvent) => {
    const to = placeUnder(event);
    if (drag !== null && Math.abs(to - drag) * field.width >= LEAST_DRAG) {
      props.onZoom(valueAt(across, Math.min(drag, to)), valueAt(across, Math.max(drag, to)));
    }
    setDrag(null);
  };
  return (
    <svg
      ref={ref}
      className="jp-DaisyPlot"
      width={size.width}
      height={size.height}
      role="application"
      aria-roledescription={trans.__('curve')}
      aria-label={trans.__(
        'Curve of %1. Arrow keys move the cursor, plus and minus zoom at it, 0 shows all of it.',
        lines.map(line => line.name).join(', ')
      )}
      tabIndex={0}
      onKeyDown={event => onKey(event, props, cursor, setCursor)}
      onPointerDown={event => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setDrag(placeUnder(event));
      }}
      onPointerMove={event => setCursor(placeUnder(event))}
      onPointerUp={release}
      onPointerLeave={() => setCursor(null)}
      onDoubleClick={props.onWhole}
    >
      <g transform={`translate(${LEFT} ${TOP})`}>
        <Scales {...props} yTitle={cursor === null ? props.yTitle : ''} field={field} />
        <Lines {...props} field={field} />
        <Cursor
          lines={lines}
          across={across}
          down={down}
          field={field}
          place={cursor}
          xTitle={props.xTitle}
        />
        {drag !== null && cursor !== null && <Dragged from={drag} to={cursor} field={field} />}
      </g>
    </svg>
  );
});

type Field = { field: { width: number; height: number } };

function Scales({ across, down, xTitle, yTitle, field }: Props & Field): JSX.Element {
  const { width, height } = field;
  return (
    <g className="jp-DaisyPlot-scales">
      <rect width={width} height={height} />
      {marksOf(across, width / 90).map(value => {
        const x = placeOf(across, value) * width;
        return (
          <g key={value} transform={`translate(${x} ${height})`}>
            <line y2={-height} />
            <text y={16} textAnchor="middle">
              {shortNumber(value, 6)}
            </text>
          </g>
        );
      })}
      {marksOf(down, height / 50).map(value => (
        <g key={value} transform={`translate(0 ${(1 - placeOf(down, value)) * height})`}>
          <line x2={width} />
          <text x={-8} y={4} textAnchor="end">
            {shortNumber(value)}
          </text>
        </g>
      ))}
      <text x={width} y={height + 32} textAnchor="end">
        {xTitle}
      </text>
      <text x={0} y={-10}>
        {yTitle}
      </text>
    </g>
  );
}

function Lines({ lines, across, down, field }: Props & Field): JSX.Element {
  return (
    <>
      {lines.map((line, n) => (
        <path
          key={n}
          className={`jp-DaisyPlot-line jp-mod-${n % 4}`}
          d={pathOf(line, across, down, field.width, field.height)}
        />
      ))}
    </>
  );
}

/** The stretch that a drag chooses. */
function Dragged({ from, to, field }: { from: number; to: number } & Field): JSX.Element {
  return (
    <rect
      className="jp-DaisyPlot-stretch"
      x={Math.min(from, to) * field.width}
      width={Math.abs(to - from) * field.width}
      height={field.height}
    />
  );
}

interface CursorProps extends Pick<Props, 'lines' | 'across' | 'down' | 'xTitle'>, Field {
  place: number | null;
}

/** A vertical line, a mark on each curve, and the values in words. */
function Cursor({ lines, across, down, xTitle, field, place }: CursorProps): JSX.Element | null {
  const [main] = lines;
  if (place === null || !main || main.x.length === 0) {
    return null;
  }
  const wanted = valueAt(across, place);
  const at = main.x[nearestPoint(main, wanted)] ?? wanted;
  const x = placeOf(across, at) * field.width;
  const values = lines.map(line => line.y[nearestPoint(line, at)] ?? NaN);
  const words = [
    `${xTitle} ${shortNumber(at, 8)}`,
    ...lines.map((line, n) => `${line.name}  ${shortNumber(values[n] ?? NaN, 6)}`)
  ];
  return (
    <g className="jp-DaisyPlot-cursor">
      <line x1={x} x2={x} y2={field.height} />
      {values.map((value, n) => {
        const y = (1 - placeOf(down, value)) * field.height;
        return Number.isFinite(y) && <circle key={n} className={`jp-mod-${n % 4}`} cx={x} cy={y} r={3.5} />;
      })}
      <text x={field.width} y={-10} textAnchor="end" role="status">
        {words.join('    ')}
      </text>
    </g>
  );
}

const STEP = 0.01;

function onKey(
  event: React.KeyboardEvent,
  { across, onZoom, onWhole }: Props,
  cursor: number | null,
  setCursor: (place: number) => void
): void {
  const at = cursor ?? 0.5;
  const step = {
    ArrowLeft: -STEP,
    ArrowRight: STEP,
    PageDown: -10 * STEP,
    PageUp: 10 * STEP,
    Home: -1,
    End: 1
  };
  const by = new Map(Object.entries(step)).get(event.key);
  const zoom = event.key === '+' || event.key === '=' ? 0.25 : event.key === '-' ? 1 : 0;
  if (by !== undefined) {
    setCursor(Math.min(Math.max(at + by, 0), 1));
  } else if (zoom) {
    onZoom(valueAt(across, at - zoom), valueAt(across, at + zoom));
  } else if (event.key === '0') {
    onWhole();
  } else {
    return;
  }
  event.preventDefault();
}
