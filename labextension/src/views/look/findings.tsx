/** What the marks found: the values along the line as a curve, the statistics of the area in numbers. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { type Mark, type Marks, type Profile, cornersOf } from '../../imageMarks';
import { shortNumber, ticks, withUnit } from '../../imageTicks';
import type { StatisticsReply } from '../../protocol';
import { faultText } from '../fault';
import { useSignal, useSize } from '../react';

interface Props {
  marks: Marks;
  trans: TranslationBundle;
}

export function Findings({ marks, trans }: Props): JSX.Element | null {
  useSignal(marks.changed);
  const { line, area, profile, statistics, problem } = marks;
  if (!line && !area) {
    return null;
  }
  return (
    <div className="jp-DaisyFindings" role="group" aria-label={trans.__('What the marks show')}>
      {line && profile && <Curve line={line} profile={profile} marks={marks} trans={trans} />}
      {area && statistics && <Numbers area={area} found={statistics} marks={marks} trans={trans} />}
      {problem !== null && <span role="alert">{faultText(problem, trans)}</span>}
    </div>
  );
}

interface CurveProps extends Props {
  line: Mark;
  profile: Profile;
}

const [LEFT, RIGHT, TOP, FOOT] = [64, 12, 8, 20];

function Curve({ line, profile, marks, trans }: CurveProps): JSX.Element {
  const box = React.useRef<HTMLDivElement>(null);
  const { width, height } = useSize(box);
  const [at, setAt] = React.useState<number | null>(null);
  const field = { width: Math.max(width - LEFT - RIGHT, 1), height: Math.max(height - TOP - FOOT, 1) };
  const { distances, values, unit } = profile;
  const [low, high] = rangeOf(values);
  const length = distances[distances.length - 1] ?? 1;
  const across = (distance: number) => LEFT + (distance / length) * field.width;
  const down = (value: number) => TOP + (1 - (value - low) / (high - low)) * field.height;
  const nearest = at === null ? -1 : Math.round(at * (values.length - 1));
  const value = values[nearest];
  return (
    <div className="jp-DaisyFindings-curve" ref={box}>
      <svg
        width={width}
        height={height}
        role="img"
        aria-label={trans.__(
          'Values along the line, from %1 to %2',
          shortNumber(low),
          withUnit(shortNumber(high), unit)
        )}
        onPointerMove={event => {
          const spot = event.currentTarget.getBoundingClientRect();
          setAt(Math.min(Math.max((event.clientX - spot.left - LEFT) / field.width, 0), 1));
        }}
        onPointerLeave={() => setAt(null)}
      >
        <Scales across={across} down={down} range={[low, high]} length={length} size={{ width, height }} />
        <path d={pathOf(distances, values, across, down)} />
        {value !== undefined && (
          <line
            className="jp-DaisyFindings-cursor"
            x1={across(distances[nearest] ?? 0)}
            x2={across(distances[nearest] ?? 0)}
            y1={TOP}
            y2={TOP + field.height}
          />
        )}
      </svg>
      <span className="jp-DaisyNumber jp-DaisyFindings-read">
        {value === undefined
          ? trans.__('%1 px long', shortNumber(length))
          : `${shortNumber(distances[nearest] ?? 0)} px  ${withUnit(shortNumber(value), unit)}`}
      </span>
      <Remove mark={line} marks={marks} trans={trans} />
    </div>
  );
}

interface ScalesProps {
  across: (distance: number) => number;
  down: (value: number) => number;
  range: [number, number];
  length: number;
  size: { width: number; height: number };
}

/** Values at the left, distances below. */
function Scales({ across, down, range, length, size }: ScalesProps): JSX.Element {
  return (
    <>
      {ticks(range[0], range[1], 3).map(mark => (
        <g key={mark} className="jp-DaisyFindings-scale">
          <line x1={LEFT} x2={size.width - RIGHT} y1={down(mark)} y2={down(mark)} />
          <text x={LEFT - 6} y={down(mark)} dy="0.35em" textAnchor="end">
            {shortNumber(mark)}
          </text>
        </g>
      ))}
      {ticks(0, length, 6).map(mark => (
        <text key={mark} x={across(mark)} y={size.height - 6} textAnchor="middle">
          {shortNumber(mark)}
        </text>
      ))}
    </>
  );
}

function pathOf(
  distances: Float64Array,
  values: Float64Array,
  across: (distance: number) => number,
  down: (value: number) => number
): string {
  let path = '';
  let gap = true;
  values.forEach((value, n) => {
    if (Number.isFinite(value)) {
      path += `${gap ? 'M' : 'L'}${across(distances[n] ?? 0).toFixed(1)} ${down(value).toFixed(1)}`;
    }
    gap = !Number.isFinite(value);
  });
  return path;
}

function rangeOf(values: Float64Array): [number, number] {
  const finite = values.filter(value => Number.isFinite(value));
  const [low, high] = finite.reduce(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [Infinity, -Infinity]
  );
  return low < high ? [low, high] : Number.isFinite(low) ? [low - 0.5, low + 0.5] : [0, 1];
}

interface NumbersProps extends Props {
  area: Mark;
  found: StatisticsReply;
}

function Numbers({ area, found, marks, trans }: NumbersProps): JSX.Element {
  const number = (value: number | null) =>
    value === null ? '–' : withUnit(shortNumber(value, 5), found.unit);
  const rows: [string, string][] = [
    [trans.__('Mean'), number(found.mean)],
    [trans.__('Standard deviation'), number(found.std)],
    [trans.__('Least'), number(found.low)],
    [trans.__('Most'), number(found.high)],
    [trans.__('Pixels'), String(found.count)],
    [trans.__('Place'), placeOf(area)]
  ];
  return (
    <div className="jp-DaisyFindings-numbers" role="list">
      {rows.map(([name, text]) => (
        <div key={name} role="listitem">
          <span>{name}</span>
          <span className="jp-DaisyNumber">{text}</span>
        </div>
      ))}
      <Remove mark={area} marks={marks} trans={trans} />
    </div>
  );
}

/** Where an area lies: its extent in rows and columns. */
function placeOf(area: Mark): string {
  const corners = cornersOf(area);
  const extent = (axis: 0 | 1) => {
    const places = corners.map(corner => corner[axis]);
    return `${Math.round(Math.min(...places))}–${Math.round(Math.max(...places))}`;
  };
  return `${extent(0)} × ${extent(1)}`;
}

function Remove({ mark, marks, trans }: Props & { mark: Mark }): JSX.Element {
  return (
    <button
      type="button"
      className="jp-DaisyLink jp-DaisyFindings-remove"
      aria-label={mark.kind === 'line' ? trans.__('Take the line away') : trans.__('Take the area away')}
      onClick={() => marks.remove(mark)}
    >
      ✕
    </button>
  );
}
