/** Two pictures that are linked in position, zoom and levels: side by side, or one over the other. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { ImageModel } from '../../imageModel';
import { titleOf } from '../../imageSaved';
import { ImageTools, Toggle } from './imageTools';
import { ImageSliders, Picture, save } from './imageView';
import { Levels } from './levels';
import type { ObjectView } from './objectView';
import type { Subject } from './subject';

interface Props {
  view: ObjectView;
  tools: React.ReactNode;
}

export function Pair({ view, tools }: Props): JSX.Element | null {
  const [over, setOver] = React.useState(false);
  const [front, setFront] = React.useState(0);
  const [levels, setLevels] = React.useState(true);
  const parts = view.subjects.flatMap((subject): [Subject, ImageModel][] => {
    const model = view.models.get(subject);
    return model ? [[subject, model]] : [];
  });
  const main = parts[front] ?? parts[0];
  if (!main) {
    return null;
  }
  const [, model] = main;
  const { trans, pointer } = view;
  const swap = (event: React.KeyboardEvent) => {
    if (over && event.key === ' ' && event.target instanceof HTMLElement && event.target.tagName === 'DIV') {
      event.preventDefault();
      setFront(1 - front);
    }
  };
  return (
    <div className="jp-DaisyImage" onKeyDown={swap}>
      <div className="jp-DaisyLook-tools" role="toolbar" aria-label={trans.__('Pictures')}>
        {tools}
        <Arrangement over={over} trans={trans} onOver={setOver} onSwap={() => setFront(1 - front)} />
        <ImageTools
          model={model}
          trans={trans}
          levels={levels}
          onLevels={setLevels}
          onSave={() => save(model)}
        />
      </div>
      <div className="jp-DaisyPair-row">
        {parts.map(([subject, part], n) => (
          <div key={n} className="jp-DaisyPair-part" hidden={over && n !== front}>
            <div className="jp-DaisyPair-name">{nameOf(subject)}</div>
            <Picture asks={subject} model={part} pointer={pointer} trans={trans} />
          </div>
        ))}
      </div>
      <ImageSliders model={model} trans={trans} />
      {levels && <Levels model={model} trans={trans} />}
    </div>
  );
}

interface ArrangementProps {
  over: boolean;
  trans: TranslationBundle;
  onOver: (over: boolean) => void;
  onSwap: () => void;
}

function Arrangement({ over, trans, onOver, onSwap }: ArrangementProps): JSX.Element {
  return (
    <>
      <div className="jp-DaisyLook-group" role="group" aria-label={trans.__('Arrangement')}>
        <Toggle on={!over} onClick={() => onOver(false)}>
          {trans.__('Side by side')}
        </Toggle>
        <Toggle on={over} onClick={() => onOver(true)}>
          {trans.__('One over the other')}
        </Toggle>
      </div>
      {over && (
        <button className="jp-DaisyButton" title={trans.__('Space does it, too')} onClick={onSwap}>
          {trans.__('Swap')}
        </button>
      )}
    </>
  );
}

function nameOf(subject: Subject): string {
  const { seen, info } = subject;
  return titleOf([{ name: seen.name, version: seen.version ?? info?.version ?? null }]);
}
