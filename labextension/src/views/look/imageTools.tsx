/** The row above the picture: axes, colours, zoom, levels, saving. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { COLOURS, type ColourName, isColourName } from '../../imageColours';
import { type Marks, TOOLS, type Tool } from '../../imageMarks';
import type { ImageModel } from '../../imageModel';
import { useSignal } from '../react';
import { toOneToOne } from './stage';

interface Props {
  model: ImageModel;
  trans: TranslationBundle;
  levels: boolean;
  /** Absent where the levels stand elsewhere. */
  onLevels?: ((shown: boolean) => void) | undefined;
  /** Whether the user chooses the axes. */
  axes?: boolean | undefined;
  onSave: () => void;
}

export function ImageTools({ model, trans, levels, onLevels, axes = true, onSave }: Props): JSX.Element {
  useSignal(model.changed, 'look');
  const { viewport, stretch, colours } = model.look;
  return (
    <>
      {axes && model.info.shape.filter(length => length > 1).length > 2 && (
        <AxesChoice model={model} trans={trans} />
      )}
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
      <MarkTools marks={model.marks} trans={trans} />
      {onLevels && (
        <Toggle on={levels} onClick={() => onLevels(!levels)}>
          {trans.__('Window/level')}
        </Toggle>
      )}
      <button className="jp-DaisyButton" title={trans.__('Save PNG')} onClick={onSave}>
        <Sign of="save" />
        <span className="jp-DaisyButton-text">{trans.__('Save PNG')}</span>
      </button>
    </>
  );
}

/** What pressing on the picture does. */
function MarkTools({ marks, trans }: { marks: Marks; trans: TranslationBundle }): JSX.Element {
  useSignal(marks.changed, 'tool');
  return (
    <div
      className="jp-DaisyLook-group jp-DaisyMarkTools"
      role="group"
      aria-label={trans.__('What pressing on the picture does')}
    >
      {TOOLS.filter(tool => tool !== 'move').map(tool => (
        <Toggle
          key={tool}
          title={toolTitle(tool, trans)}
          on={marks.tool === tool}
          onClick={() => {
            marks.tool = marks.tool === tool ? 'move' : tool;
          }}
        >
          <Sign of={tool} />
          <span className="jp-DaisyButton-text">{toolTitle(tool, trans)}</span>
        </Toggle>
      ))}
    </div>
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
export function Toggle(props: {
  on: boolean;
  title?: string;
  onClick: () => void;
  children: React.ReactNode;
}): JSX.Element {
  return (
    <button className="jp-DaisyButton" title={props.title} aria-pressed={props.on} onClick={props.onClick}>
      {props.children}
    </button>
  );
}

const SIGNS: Partial<Record<Tool | 'save', string>> = {
  line: 'M2 13 14 3',
  rectangle: 'M2 4h12v8H2z',
  polygon: 'M2 6 8 2l6 4-2 7H5z',
  circle: 'M14 8A6 6 0 1 1 2 8a6 6 0 1 1 12 0z',
  save: 'M8 2v8m-3-3 3 3 3-3M2 11v3h12v-3'
};

/** A drawing beside the text of a button, or in its place where there is little room. */
function Sign({ of }: { of: Tool | 'save' }): JSX.Element {
  return (
    <svg className="jp-DaisyButton-sign" viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
      <path d={SIGNS[of]} fill="none" stroke="currentColor" strokeWidth="1.5" />
    </svg>
  );
}

function toolTitle(tool: Tool, trans: TranslationBundle): string {
  switch (tool) {
    case 'move':
      return trans.__('Move');
    case 'line':
      return trans.__('Profile');
    case 'rectangle':
      return trans.__('Rectangle');
    case 'polygon':
      return trans.__('Polygon');
    case 'circle':
      return trans.__('Circle');
  }
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
