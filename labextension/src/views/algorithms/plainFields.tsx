/** A switch, one of several choices, and a list typed with commas. */
import type { FieldProps } from '@rjsf/utils';
import * as React from 'react';

import { readNumber } from '../../formsSchema';
import { useProperty } from './fields';

export function BooleanField({ idSchema, formData, onChange }: FieldProps): JSX.Element {
  const found = useProperty(idSchema.$id);
  return (
    <label className="jp-DaisyCheck">
      <input
        id={idSchema.$id}
        type="checkbox"
        checked={formData === true}
        aria-describedby={`${idSchema.$id}-help`}
        onChange={event => {
          onChange(event.target.checked);
        }}
      />
      {found?.property.title ?? ''}
    </label>
  );
}

/** One of several choices; nothing is told as a word. */
export function ChoiceField({ idSchema, schema, formData: held, onChange }: FieldProps): JSX.Element {
  const found = useProperty(idSchema.$id);
  const chosen: unknown = held;
  const choices: unknown[] = schema.enum ?? [];
  const none = found?.context.trans.__('none') ?? '';
  return (
    <select
      id={idSchema.$id}
      className="jp-DaisyField"
      value={choices.indexOf(chosen)}
      aria-invalid={found !== null && found.property.name in found.context.faults}
      aria-describedby={`${idSchema.$id}-help ${idSchema.$id}-fault`}
      onChange={event => {
        onChange(choices[Number(event.target.value)]);
      }}
    >
      {!choices.includes(chosen) && <option value={-1} />}
      {choices.map((choice, place) => (
        <option key={String(choice)} value={place}>
          {choice === null ? none : String(choice)}
        </option>
      ))}
    </select>
  );
}

/** Items of a list, typed one behind the other. */
export function ListField({ idSchema, formData, onChange }: FieldProps): JSX.Element {
  const found = useProperty(idSchema.$id);
  const [typed, setTyped] = React.useState(joined(formData));
  const held = joined(formData);
  React.useEffect(() => {
    setTyped(before => (joined(split(before)) === held ? before : held));
  }, [held]);
  const take = (text: string) => {
    setTyped(text);
    onChange(split(text));
  };
  return (
    <input
      id={idSchema.$id}
      className="jp-DaisyField"
      value={typed}
      placeholder={found?.context.trans.__('separated by commas') ?? ''}
      aria-invalid={found !== null && found.property.name in found.context.faults}
      aria-describedby={`${idSchema.$id}-help ${idSchema.$id}-fault`}
      onChange={event => take(event.target.value)}
    />
  );
}

function joined(value: unknown): string {
  return Array.isArray(value) ? value.join(', ') : '';
}

/** Give the items of a typed list, numbers as numbers. */
function split(typed: string): (number | string)[] {
  const items = typed.split(/[,;\s]+/).filter(Boolean);
  return items.map(item => readNumber(item) ?? item);
}
