/** Window and level on the histogram: two handles to drag or to move with the keys, fields to type into. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { type Range, columns, drawnRange } from '../../imageLevels';
import type { ImageModel } from '../../imageModel';
import { shortNumber, withUnit } from '../../imageTicks';
import { useSignal } from '../react';
import { NumberField } from './sliders';

interface Props {
  model: ImageModel;
  trans: TranslationBundle;
}

type End = 'low' | 'high' | 'both';

const COLUMNS = 128;
const STEPS = 100;

export function Levels({ model, trans }: Props): JSX.Element {
  useSignal(model.changed, 'look', 'histogram');
  React.useEffect(() => {
    model.countsValues = true;
    return () => {
      model.countsValues = false;
    };
  }, [model]);
  const { window } = model.look;
  const { histogram } = model;
  const unit = model.info.unit;
  const take = (end: 'low' | 'high') => (value: number) => model.set({ window: { ...window, [end]: value } });
  return (
    <div className="jp-DaisyWindow" role="group" aria-label={trans.__('Dark and bright')}>
      <Counts model={model} trans={trans} />
      <div className="jp-DaisyWindow-row">
        <NumberField
          value={window.low}
          shown={shortNumber(window.low)}
          label={withUnit(trans.__('Darkest value'), unit && `(${unit})`)}
          onTake={take('low')}
        />
        <span className="jp-DaisyWindow-unit">{unit && unit !== '1' ? unit : ''}</span>
        <button className="jp-DaisyButton" disabled={!histogram} onClick={() => model.auto()}>
          {trans.__('Auto')}
        </button>
        <button
          className="jp-DaisyButton"
          disabled={!histogram}
          onClick={() => histogram && model.set({ window: { low: histogram.low, high: histogram.high } })}
        >
          {trans.__('Full range')}
        </button>
        <NumberField
          value={window.high}
          shown={shortNumber(window.high)}
          label={withUnit(trans.__('Brightest value'), unit && `(${unit})`)}
          onTake={take('high')}
        />
      </div>
    </div>
  );
}

/** The histogram, and the handles over it. */
function Counts({ model, trans }: Props): JSX.Element {
  const box = React.useRef<HTMLDivElement>(null);
  const [frozen, setFrozen] = React.useState<Range | null>(null);
  const drag = React.useRef<{ end: End; at: number } | null>(null);
  const { window } = model.look;
  const drawn = frozen ?? drawnRange(model.histogram ?? window, window);
  const valueAt = (event: React.PointerEvent) => {
    const spot = box.current?.getBoundingClientRect();
    const part = spot ? (event.clientX - spot.left) / spot.width : 0;
    return drawn.low + part * (drawn.high - drawn.low);
  };
  return (
    <div
      ref={box}
      className="jp-DaisyWindow-counts"
      onPointerDown={event => {
        const at = valueAt(event);
        drag.current = { end: nearest(window, at), at };
        setFrozen(drawn);
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={event => {
        if (drag.current) {
          const at = valueAt(event);
          model.set({ window: moved(model.look.window, drag.current.end, at, at - drag.current.at) });
          drag.current.at = at;
        }
      }}
      onPointerUp={() => {
        drag.current = null;
        setFrozen(null);
      }}
    >
      <Bars model={model} drawn={drawn} />
      {(['low', 'high'] as const).map(end => (
        <Handle key={end} end={end} drawn={drawn} model={model} trans={trans} />
      ))}
    </div>
  );
}

const Bars = React.memo(function Bars({ model, drawn }: { model: ImageModel; drawn: Range }): JSX.Element {
  useSignal(model.changed, 'histogram');
  const heights = model.histogram ? columns(model.histogram, drawn, COLUMNS) : [];
  const path = heights.map((height, n) => `M${n} 1V${1 - height}H${n + 1}V1Z`).join('');
  return (
    <svg viewBox={`0 0 ${COLUMNS} 1`} preserveAspectRatio="none" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}, same);

function same(one: { model: ImageModel; drawn: Range }, two: { model: ImageModel; drawn: Range }): boolean {
  return one.model === two.model && one.drawn.low === two.drawn.low && one.drawn.high === two.drawn.high;
}

interface HandleProps extends Props {
  end: 'low' | 'high';
  drawn: Range;
}

function Handle({ end, drawn, model, trans }: HandleProps): JSX.Element {
  const { window } = model.look;
  const value = window[end];
  const step = (drawn.high - drawn.low) / STEPS;
  const keys: Record<string, number> = {
    ArrowLeft: -step,
    ArrowDown: -step,
    ArrowRight: step,
    ArrowUp: step,
    PageDown: -10 * step,
    PageUp: 10 * step
  };
  return (
    <div
      className={`jp-DaisyWindow-handle jp-mod-${end}`}
      role="slider"
      tabIndex={0}
      aria-label={end === 'low' ? trans.__('Darkest value') : trans.__('Brightest value')}
      aria-valuemin={drawn.low}
      aria-valuemax={drawn.high}
      aria-valuenow={value}
      aria-valuetext={withUnit(shortNumber(value), model.info.unit)}
      style={{ left: `${((value - drawn.low) / (drawn.high - drawn.low)) * 100}%` }}
      onKeyDown={event => {
        const by = keys[event.key];
        if (by) {
          event.preventDefault();
          model.set({ window: moved(window, end, value + by, by) });
        }
      }}
    />
  );
}

/** Which end a press is for; in the middle it is for both. */
function nearest(window: Range, at: number): End {
  const reach = (window.high - window.low) / 4;
  if (at > window.low + reach && at < window.high - reach) {
    return 'both';
  }
  return Math.abs(at - window.low) <= Math.abs(at - window.high) ? 'low' : 'high';
}

/** Move an end to a value, not past the other one; or both by a difference. */
function moved(window: Range, end: End, to: number, by: number): Range {
  if (end === 'both') {
    return { low: window.low + by, high: window.high + by };
  }
  const least = 1e-3 * (window.high - window.low);
  return end === 'low'
    ? { ...window, low: Math.min(to, window.high - least) }
    : { ...window, high: Math.max(to, window.low + least) };
}
