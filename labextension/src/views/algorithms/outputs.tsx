/** What the results are called. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { outputOf } from '../../forms';
import type { FormModel } from '../../formsModel';
import type { ObjectInfo, PortInfo } from '../../protocol';

interface Props {
  model: FormModel;
  port: PortInfo;
  /** Whether it is the only result. */
  only: boolean;
  objects: ReadonlyMap<string, ObjectInfo>;
  trans: TranslationBundle;
}

export function OutputName({ model, port, only, objects, trans }: Props): JSX.Element {
  const id = `daisy-${model.id}-into-${port.name}`;
  const name = outputOf(model.draft, port);
  const there = objects.get(name.trim());
  const take = (text: string) => model.change({ outputs: { ...model.draft.outputs, [port.name]: text } });
  return (
    <div className="jp-DaisySetting" title={port.text}>
      <label className="jp-DaisySetting-label" htmlFor={id}>
        {only ? trans.__('Result name') : trans.__('Name of %1', port.title)}
      </label>
      <span className="jp-DaisySetting-note">
        {there ? trans.__('becomes version %1', there.version + 1) : trans.__('new')}
      </span>
      <input
        id={id}
        className="jp-DaisyField"
        value={name}
        autoComplete="off"
        spellCheck={false}
        onChange={event => take(event.target.value)}
      />
    </div>
  );
}
