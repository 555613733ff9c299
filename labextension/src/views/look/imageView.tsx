/** One object as a picture: stage, scale, sliders, levels, read-out. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Place } from '../../imageMarks';
import type { ImageModel } from '../../imageModel';
import type { Asks } from '../../imageSource';
import { Problem } from './banner';
import { Findings } from './findings';
import { ImageTools } from './imageTools';
import { Legend } from './legend';
import { Levels } from './levels';
import type { Pointer } from './pointer';
import { useSignal } from '../react';
import { ReadOut, type Scales } from './readOut';
import { savePicture } from './saving';
import { Sliders } from './sliders';
import { Stage } from './stage';

interface Props {
  asks: Asks;
  model: ImageModel;
  pointer: Pointer;
  trans: TranslationBundle;
  /** What else stands in the row above. */
  tools?: React.ReactNode;
  /** A remark at the foot. */
  note?: string | undefined;
  /** What positions along axes mean. */
  scales?: Scales | undefined;
  /** Told where the picture is pressed. */
  onPick?: ((at: Place) => void) | undefined;
  /** What lies over the picture. */
  children?: React.ReactNode;
  levels?: boolean;
  sliders?: boolean;
  toolbar?: boolean;
  /** Whether the user chooses the axes. */
  axes?: boolean;
}

export function ImageView(props: Props): JSX.Element {
  const { model, trans, tools, levels: withLevels = true, sliders = true, toolbar = true } = props;
  const [levels, setLevels] = React.useState(true);
  return (
    <div className="jp-DaisyImage">
      {toolbar && (
        <div className="jp-DaisyLook-tools" role="toolbar" aria-label={trans.__('Picture')}>
          {tools}
          <ImageTools
            model={model}
            trans={trans}
            levels={levels}
            axes={props.axes}
            onLevels={withLevels ? setLevels : undefined}
            onSave={() => save(model)}
          />
        </div>
      )}
      <Picture {...props} />
      {sliders && <ImageSliders model={model} trans={trans} />}
      {withLevels && levels && <Levels model={model} trans={trans} />}
    </div>
  );
}

type PictureProps = Omit<Props, 'tools' | 'levels' | 'sliders' | 'toolbar' | 'axes'>;

/** The stage, with scale and read-out. */
export function Picture(props: PictureProps): JSX.Element {
  const { asks, model, pointer, trans, note, scales, onPick, children } = props;
  useSignal(model.changed, 'look', 'problem');
  const { info, look } = model;
  return (
    <div className="jp-DaisyImage-dark">
      <div className="jp-DaisyImage-stage">
        <Stage
          model={model}
          pointer={pointer}
          trans={trans}
          label={trans.__('Picture of %1', info.name)}
          onPick={onPick}
        >
          {children}
        </Stage>
        <Legend
          window={look.window}
          colours={look.colours}
          unit={info.unit}
          label={trans.__('Colours from %1 to %2 %3', look.window.low, look.window.high, info.unit)}
        />
      </div>
      {model.problem !== null && (
        <Problem problem={model.problem} trans={trans} onAgain={() => model.refresh(true)} />
      )}
      <Findings marks={model.marks} trans={trans} />
      <ReadOut asks={asks} model={model} pointer={pointer} trans={trans} note={note} scales={scales} />
    </div>
  );
}

export function ImageSliders({ model, trans }: Pick<PictureProps, 'model' | 'trans'>): JSX.Element {
  useSignal(model.changed, 'look');
  const axes = model.leading.map(name => ({
    name,
    length: model.length(name),
    position: model.look.index[name] ?? 0
  }));
  return <Sliders axes={axes} trans={trans} onGo={(axis, position) => model.go(axis, position)} />;
}

/** Save what is on the stage, with the name and the position in the caption. */
export function save(model: ImageModel): void {
  const { picture, look, info } = model;
  if (picture) {
    const places = model.leading.map(axis => `${axis} ${look.index[axis] ?? 0}`);
    const title = [info.name, ...places].join(' ');
    savePicture(picture, { ...look, title, unit: info.unit, aspect: model.viewport.aspect });
  }
}
