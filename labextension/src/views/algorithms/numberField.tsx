/** A number: typed, nudged with the arrow keys, or drawn with a slider where both ends are known. */
import type { FieldProps } from '@rjsf/utils';
import * as React from 'react';

import { hasSlider, nudged, placeOf, type Property, readNumber, valueAt, written } from '../../formsSchema';
import { useProperty } from './fields';

export function NumberField({ idSchema, formData: held, onChange }: FieldProps): JSX.Element {
  const formData: unknown = held;
  const found = useProperty(idSchema.$id);
  const [typed, setTyped] = React.useState(written(formData));
  React.useEffect(() => {
    // What is typed stays as it is typed, `1.0` or `1e`, while it means what the form holds.
    setTyped(before => (meaning(before) === (formData ?? null) ? before : written(formData)));
  }, [formData]);
  if (!found) {
    return <></>;
  }
  const { property, context } = found;
  const id = idSchema.$id;
  const value = typeof formData === 'number' ? formData : null;
  const take = (text: string) => {
    setTyped(text);
    onChange(meaning(text) ?? (property.nullable ? null : undefined));
  };
  const nudge = (event: React.KeyboardEvent) => {
    const steps = stepsOf(event);
    if (steps !== 0) {
      event.preventDefault();
      event.stopPropagation();
      onChange(nudged(property, value ?? property.minimum ?? 0, steps));
    }
  };
  return (
    <div className="jp-DaisyNumeric">
      <input
        id={id}
        className="jp-DaisyField jp-DaisyNumber"
        inputMode="decimal"
        autoComplete="off"
        spellCheck={false}
        value={typed}
        placeholder={property.nullable ? context.trans.__('none') : ''}
        aria-invalid={property.name in context.faults}
        aria-describedby={`${id}-help ${id}-fault`}
        onChange={event => take(event.target.value)}
        onKeyDown={nudge}
      />
      <span className="jp-DaisyNumeric-unit jp-DaisyNumber">{property.unit}</span>
      {hasSlider(property) && (
        <Slider property={property} value={value} onChange={onChange} onKeyDown={nudge} />
      )}
    </div>
  );
}

interface SliderProps {
  property: Property;
  value: number | null;
  onChange: (value: number) => void;
  onKeyDown: (event: React.KeyboardEvent) => void;
}

function Slider({ property, value, onChange, onKeyDown }: SliderProps): JSX.Element {
  const place = placeOf(property, value ?? property.minimum ?? 0);
  return (
    <input
      type="range"
      className="jp-DaisySlider"
      min={0}
      max={1000}
      value={place}
      style={{ backgroundSize: `${place / 10}% 100%` }}
      aria-label={property.title}
      aria-valuetext={`${written(value)} ${property.unit}`.trim()}
      onChange={event => onChange(valueAt(property, Number(event.target.value)))}
      onKeyDown={onKeyDown}
    />
  );
}

/** Give what a typed text stands for: a number, nothing, or the text itself, which is a fault. */
function meaning(typed: string): unknown {
  return typed.trim() === '' ? null : (readNumber(typed) ?? typed);
}

function stepsOf(event: React.KeyboardEvent): number {
  const size = event.shiftKey ? 10 : event.altKey ? 0.1 : 1;
  const up: Record<string, number> = { ArrowUp: size, ArrowDown: -size, PageUp: 10, PageDown: -10 };
  const across: Record<string, number> = { ArrowRight: size, ArrowLeft: -size };
  const slides = event.currentTarget instanceof HTMLInputElement && event.currentTarget.type === 'range';
  return up[event.key] ?? (slides ? (across[event.key] ?? 0) : 0);
}
