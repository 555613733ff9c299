/** The row above the picture: axes, colours, zoom, levels, saving. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { COLOURS, type ColourName, isColourName } from '../../imageColours';
import type { ImageModel } from '../../imageModel';
import { useSignal } from '../react';
import { toOneToOne } from './stage';

interface Props {
  model: ImageModel;
  trans: TranslationBundle;
  levels: boolean;
  onLevels: (shown: boolean) => void;
  onSave: () => void;
}

export function ImageTools({ model, trans, levels, onLevels, onSave }: Props): JSX.Element {
  useSignal(model.changed, 'look');
  const { viewport, stretch, colours } = model.look;
  return (
    <>
      {model.info.axes.length > 2 && <AxesChoice model={model} trans={trans} />}
      <Choice
        label={trans.__('Colours')}
        value={colours}
        options={COLOURS.map(name => [name, titleOf(name, trans)])}
        onChoose={name => isColourName(name) && model.set({ colours: name })}
      />
      <div className="jp-DaisyLook-group" role="group" aria-label={trans.__('Zoom')}>
        <Toggle
          on={viewport === null && !stretch}
          onClick={() => model.set({ viewport: null, stretch: false })}
        >
          {trans.__('Fit')}
        </Toggle>
        <Toggle
          on={viewport === null && stretch}
          onClick={() => model.set({ viewport: null, stretch: true })}
        >
          {trans.__('Fill')}
        </Toggle>
        <Toggle on={false} onClick={() => toOneToOne(model)}>
          1:1
        </Toggle>
      </div>
      <Toggle on={levels} onClick={() => onLevels(!levels)}>
        {trans.__('Window/level')}
      </Toggle>
      <button className="jp-DaisyButton" onClick={onSave}>
        {trans.__('Save PNG')}
      </button>
    </>
  );
}

function AxesChoice({ model, trans }: Pick<Props, 'model' | 'trans'>): JSX.Element {
  const options = model.info.axes.map((axis): [string, string] => [axis, axis]);
  const [down, across] = model.look.shown;
  return (
    <div className="jp-DaisyLook-group" role="group" aria-label={trans.__('Axes that are shown')}>
      <Choice
        label={trans.__('Axis from above to below')}
        value={down}
        options={options}
        onChoose={axis => model.show('down', axis)}
      />
      <span aria-hidden="true">×</span>
      <Choice
        label={trans.__('Axis from left to right')}
        value={across}
        options={options}
        onChoose={axis => model.show('across', axis)}
      />
    </div>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  options: [string, string][];
  onChoose: (value: string) => void;
}

/** A list to choose from. */
export function Choice({ label, value, options, onChoose }: ChoiceProps): JSX.Element {
  return (
    <select
      className="jp-DaisyField"
      aria-label={label}
      title={label}
      value={value}
      onChange={event => onChoose(event.target.value)}
    >
      {options.map(([name, title]) => (
        <option key={name} value={name}>
          {title}
        </option>
      ))}
    </select>
  );
}

/** A button that is on or off. */
export function Toggle(props: { on: boolean; onClick: () => void; children: React.ReactNode }): JSX.Element {
  return (
    <button className="jp-DaisyButton" aria-pressed={props.on} onClick={props.onClick}>
      {props.children}
    </button>
  );
}

function titleOf(name: ColourName, trans: TranslationBundle): string {
  switch (name) {
    case 'grey':
      return trans.__('Grey');
    case 'inverted':
      return trans.__('Grey, inverted');
    case 'sea':
      return trans.__('Violet to yellow');
    case 'heat':
      return trans.__('Heat');
    case 'balance':
      return trans.__('Blue, white, red');
  }
}
