/** Two pictures that are linked in position, zoom and levels: side by side, or one over the other. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { ImageModel } from '../../imageModel';
import type { Asks } from '../../imageSource';
import { Choice, ImageTools } from './imageTools';
import { ImageSliders, Picture, save } from './imageView';
import { Levels } from './levels';
import type { Pointer } from './pointer';

/** One of the two. */
export interface Part {
  name: string;
  asks: Asks;
  model: ImageModel;
}

/** How two pictures stand: beside each other, one at a time, or one on either side of a line. */
export type Arrangement = 'side' | 'swap' | 'curtain';

interface Props {
  parts: Part[];
  pointer: Pointer;
  trans: TranslationBundle;
  tools?: React.ReactNode;
  /** Absent where the levels stand elsewhere. */
  levels?: boolean;
  sliders?: boolean;
  toolbar?: boolean;
  begin?: Arrangement;
  note?: string | undefined;
}

/** What is there unless someone leaves it out. */
const WHOLE = { levels: true, sliders: true, toolbar: true, begin: 'side' as Arrangement };
const BLINK = 700;
const STEP = 0.02;

export function Pair(props: Props): JSX.Element | null {
  const { parts, trans, tools, begin, levels: withLevels, sliders, toolbar } = { ...WHOLE, ...props };
  const [way, setWay] = React.useState<Arrangement>(begin);
  const [front, setFront] = React.useState(0);
  const [levels, setLevels] = React.useState(true);
  const [blinking, setBlinking] = React.useState(false);
  const swap = () => setFront(now => 1 - now);
  useTicks(blinking && way === 'swap', swap);
  const main = parts[front] ?? parts[0];
  if (!main) {
    return null;
  }
  const { model } = main;
  const onKey = (event: React.KeyboardEvent) => {
    if (way === 'swap' && isSpaceOnPicture(event)) {
      event.preventDefault();
      swap();
    }
  };
  return (
    <div className="jp-DaisyImage" onKeyDown={onKey}>
      {toolbar && (
        <div className="jp-DaisyLook-tools jp-mod-pair" role="toolbar" aria-label={trans.__('Pictures')}>
          {tools}
          <Ways way={way} trans={trans} onWay={setWay} />
          {way === 'swap' && (
            <Swaps trans={trans} blinking={blinking} onSwap={swap} onBlink={() => setBlinking(!blinking)} />
          )}
          <ImageTools
            model={model}
            trans={trans}
            levels={levels}
            onLevels={withLevels ? setLevels : undefined}
            onSave={() => save(model)}
          />
        </div>
      )}
      <Parts {...props} way={way} front={front} />
      {sliders && <ImageSliders model={model} trans={trans} />}
      {withLevels && levels && <Levels model={model} trans={trans} />}
    </div>
  );
}

/** Whether the space bar was pressed where it presses no button. */
function isSpaceOnPicture({ key, target }: React.KeyboardEvent): boolean {
  return key === ' ' && target instanceof HTMLElement && target.tagName === 'DIV';
}

/** Call something again and again. */
function useTicks(on: boolean, tick: () => void): void {
  const latest = React.useRef(tick);
  latest.current = tick;
  React.useEffect(() => {
    const timer = on ? window.setInterval(() => latest.current(), BLINK) : 0;
    return () => window.clearInterval(timer);
  }, [on]);
}

function Ways(props: {
  way: Arrangement;
  trans: TranslationBundle;
  onWay: (way: Arrangement) => void;
}): JSX.Element {
  const { way, trans, onWay } = props;
  const ways: [Arrangement, string][] = [
    ['side', trans.__('Side by side')],
    ['curtain', trans.__('Divided by a line')],
    ['swap', trans.__('One over the other')]
  ];
  return (
    <Choice
      label={trans.__('Arrangement')}
      value={way}
      options={ways}
      onChoose={chosen => onWay(ways.find(([one]) => one === chosen)?.[0] ?? 'side')}
    />
  );
}

interface SwapsProps {
  trans: TranslationBundle;
  blinking: boolean;
  onSwap: () => void;
  onBlink: () => void;
}

function Swaps({ trans, blinking, onSwap, onBlink }: SwapsProps): JSX.Element {
  return (
    <>
      <button className="jp-DaisyButton" title={trans.__('Space does it, too')} onClick={onSwap}>
        {trans.__('Swap')}
      </button>
      <button className="jp-DaisyButton" aria-pressed={blinking} onClick={onBlink}>
        {trans.__('Blink')}
      </button>
    </>
  );
}

function Parts({
  parts,
  pointer,
  trans,
  note,
  way,
  front
}: Props & { way: Arrangement; front: number }): JSX.Element {
  const [line, setLine] = React.useState(0.5);
  const box = React.useRef<HTMLDivElement>(null);
  const over = way !== 'side';
  const shape = (n: number): React.CSSProperties | undefined =>
    way === 'curtain' && n === 1 ? { clipPath: `inset(0 0 0 ${100 * line}%)` } : undefined;
  return (
    <div ref={box} className={`jp-DaisyPair-row jp-mod-${way}`}>
      {parts.map((part, n) => (
        <div
          key={n}
          className="jp-DaisyPair-part"
          hidden={way === 'swap' && n !== front}
          data-daisy-part={n}
          style={shape(n)}
        >
          <div className="jp-DaisyPair-name">{part.name}</div>
          <Picture
            asks={part.asks}
            model={part.model}
            pointer={pointer}
            trans={trans}
            note={n === 0 && over ? undefined : note}
          />
        </div>
      ))}
      {way === 'curtain' && <Curtain line={line} box={box} trans={trans} onMove={setLine} />}
    </div>
  );
}

interface CurtainProps {
  line: number;
  box: React.RefObject<HTMLDivElement>;
  trans: TranslationBundle;
  onMove: (line: number) => void;
}

/** The line between two pictures of the same place: drag it, or move it with the arrow keys. */
function Curtain({ line, box, trans, onMove }: CurtainProps): JSX.Element {
  const [dragged, setDragged] = React.useState(false);
  const kept = (at: number) => Math.min(Math.max(at, 0), 1);
  return (
    <div
      className="jp-DaisyPair-curtain"
      role="slider"
      tabIndex={0}
      aria-label={trans.__('Line between the two pictures')}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(100 * line)}
      style={{ left: `${100 * line}%` }}
      onPointerDown={event => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setDragged(true);
      }}
      onPointerMove={event => {
        const spot = box.current?.getBoundingClientRect();
        if (dragged && spot) {
          onMove(kept((event.clientX - spot.left) / spot.width));
        }
      }}
      onPointerUp={() => setDragged(false)}
      onPointerCancel={() => setDragged(false)}
      onKeyDown={event => {
        const by = event.key === 'ArrowLeft' ? -STEP : event.key === 'ArrowRight' ? STEP : 0;
        if (by) {
          event.preventDefault();
          event.stopPropagation();
          onMove(kept(line + by));
        }
      }}
    />
  );
}
