/** One slider per axis that is not shown, each with a field to type the position into. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { typedNumber } from '../../imageTicks';

interface Axis {
  name: string;
  length: number;
  position: number;
}

interface Props {
  axes: Axis[];
  trans: TranslationBundle;
  onGo: (axis: string, position: number) => void;
}

export function Sliders({ axes: all, trans, onGo }: Props): JSX.Element | null {
  // Along an axis with one position there is nowhere to go.
  const axes = all.filter(axis => axis.length > 1);
  if (axes.length === 0) {
    return null;
  }
  return (
    <div className="jp-DaisySliders">
      {axes.map(axis => (
        <Slider key={axis.name} axis={axis} trans={trans} onGo={position => onGo(axis.name, position)} />
      ))}
    </div>
  );
}

interface SliderProps {
  axis: Axis;
  trans: TranslationBundle;
  onGo: (position: number) => void;
}

const PAGE = 10;

function Slider({ axis, trans, onGo }: SliderProps): JSX.Element {
  const { name, length, position } = axis;
  const pages = (event: React.KeyboardEvent) => {
    const step = event.key === 'PageUp' ? PAGE : event.key === 'PageDown' ? -PAGE : 0;
    if (step) {
      event.preventDefault();
      onGo(Math.min(Math.max(position + step, 0), length - 1));
    }
  };
  return (
    <div className="jp-DaisySliders-row">
      <span className="jp-DaisySliders-name">{name}</span>
      <input
        type="range"
        min={0}
        max={length - 1}
        value={position}
        aria-label={trans.__('Position along %1', name)}
        onChange={event => onGo(event.target.valueAsNumber)}
        onKeyDown={pages}
      />
      <NumberField
        value={position}
        label={trans.__('Position along %1, 0 to %2', name, length - 1)}
        onTake={value => onGo(Math.min(Math.max(Math.round(value), 0), length - 1))}
      />
      <span className="jp-DaisyNumber jp-DaisySliders-last" title={trans.__('Last position')}>
        / {length - 1}
      </span>
    </div>
  );
}

interface FieldProps {
  value: number;
  label: string;
  shown?: string;
  onTake: (value: number) => void;
}

/** A number that is taken with Enter, or when the field is left; Escape gives the old one back. */
export function NumberField({ value, label, shown, onTake }: FieldProps): JSX.Element {
  const [draft, setDraft] = React.useState<string | null>(null);
  const take = () => {
    const typed = draft === null ? null : typedNumber(draft);
    setDraft(null);
    if (typed !== null && typed !== value) {
      onTake(typed);
    }
  };
  return (
    <input
      className="jp-DaisyField jp-DaisyNumber"
      type="text"
      inputMode="decimal"
      aria-label={label}
      title={label}
      value={draft ?? shown ?? String(value)}
      onFocus={event => event.target.select()}
      onChange={event => setDraft(event.target.value)}
      onBlur={take}
      onKeyDown={event => {
        if (event.key === 'Enter') {
          take();
        } else if (event.key === 'Escape') {
          setDraft(null);
        }
      }}
    />
  );
}
