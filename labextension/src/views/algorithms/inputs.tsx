/** Which data objects go in: pickers of what fits, onto which an object may be dropped. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { inputOf } from '../../forms';
import type { FormModel } from '../../formsModel';
import { shapeText } from '../../objects';
import type { ObjectInfo, PortInfo } from '../../protocol';

/** What the data list drags: the name of an object. */
export const OBJECT_MIME = 'application/x-daisy-object';

interface Props {
  model: FormModel;
  port: PortInfo;
  objects: ReadonlyMap<string, ObjectInfo>;
  trans: TranslationBundle;
}

export function InputPicker({ model, port, objects, trans }: Props): JSX.Element {
  const [over, setOver] = React.useState(false);
  const taken = inputOf(model.draft, port);
  const id = `daisy-${model.id}-${port.name}`;
  const take = (name: string) => model.change({ inputs: { ...model.draft.inputs, [port.name]: name } });
  const drag = (event: React.DragEvent) => {
    if (event.dataTransfer.types.includes(OBJECT_MIME)) {
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
      setOver(true);
    }
  };
  const drop = (event: React.DragEvent) => {
    const name = event.dataTransfer.getData(OBJECT_MIME);
    setOver(false);
    if (name) {
      event.preventDefault();
      take(name);
    }
  };
  return (
    <div
      className={`jp-DaisySetting${over ? ' jp-mod-over' : ''}`}
      title={[port.text, aboutOf(objects.get(taken))].filter(Boolean).join('\n')}
      onDragEnter={drag}
      onDragOver={drag}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <label className="jp-DaisySetting-label" htmlFor={id}>
        {port.title}
      </label>
      <span className="jp-DaisySetting-note jp-DaisyNumber">{shapeOf(objects.get(taken))}</span>
      <select
        id={id}
        className="jp-DaisyField"
        value={taken}
        aria-required={!port.optional}
        aria-describedby={`${id}-about`}
        onChange={event => take(event.target.value)}
      >
        <Options port={port} taken={taken} trans={trans} />
      </select>
      <div id={`${id}-about`} className="jp-DaisySetting-about">
        <About port={port} taken={taken} object={objects.get(taken)} trans={trans} />
      </div>
    </div>
  );
}

interface OptionsProps {
  port: PortInfo;
  taken: string;
  trans: TranslationBundle;
}

function Options({ port, taken, trans }: OptionsProps): JSX.Element {
  const foreign = taken !== '' && !port.choices.includes(taken);
  return (
    <>
      {(port.optional || taken === '') && (
        <option value="">{port.optional ? trans.__('none') : trans.__('Choose an object…')}</option>
      )}
      {foreign && <option value={taken}>{trans.__('%1 (its axes are others)', taken)}</option>}
      {port.choices.map(name => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </>
  );
}

type AboutProps = { port: PortInfo; taken: string; object: ObjectInfo | undefined; trans: TranslationBundle };

/** Where nothing fits, what is needed; where units differ, that they do. */
function About({ port, taken, object, trans }: AboutProps): JSX.Element | null {
  if (taken && object) {
    return port.unit && object.unit && port.unit !== object.unit ? (
      <>{trans.__('It is expected in %1, and is in %2.', port.unit, object.unit)}</>
    ) : null;
  }
  if (port.optional || port.choices.length > 0) {
    return null;
  }
  const needed = port.axes?.join(', ');
  return (
    <>
      {needed
        ? trans.__('No object fits: it needs the axes %1.', needed)
        : trans.__('There is no object yet.')}
    </>
  );
}

/** Say what an object is: its axes, type and unit. */
function aboutOf(object: ObjectInfo | undefined): string {
  return object ? [object.axes.join(', '), object.dtype, object.unit].filter(Boolean).join(' · ') : '';
}

function shapeOf(object: ObjectInfo | undefined): string {
  return object ? shapeText(object.shape) || object.value : '';
}
