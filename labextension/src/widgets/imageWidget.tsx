/** One widget on the page: a picture with its tools, or two that are compared. */
import * as React from 'react';

import type { Place } from '../imageMarks';
import { Problem } from '../views/look/banner';
import { Toggle } from '../views/look/imageTools';
import { ImageView } from '../views/look/imageView';
import { type Outline, OutlineLayer } from '../views/look/outlineLayer';
import { type Arrangement, Pair } from '../views/look/pair';
import type { Scales } from '../views/look/readOut';
import { useSignal } from '../views/react';
import type { Exhibit, Slot } from './exhibit';
import { share } from './sharing';

/** Which parts stand around the picture. */
export interface Parts {
  toolbar?: boolean;
  levels?: boolean;
  sliders?: boolean;
  axes?: boolean;
}

const ARRANGEMENTS: Arrangement[] = ['side', 'swap', 'curtain'];

export function ImageWidget({ exhibit }: { exhibit: Exhibit }): JSX.Element {
  useSignal(exhibit.changed);
  const { shared, trans, shown } = exhibit;
  const note = String(useTrait(exhibit, 'note') ?? '');
  const busy = Boolean(useTrait(exhibit, 'busy'));
  useSharing(exhibit);
  return (
    <div className="jp-DaisyLook jp-mod-widget" aria-busy={busy} data-daisy-busy={busy}>
      {shown.map(slot => (
        <SlotProblem key={slot.name} slot={slot} exhibit={exhibit} />
      ))}
      {shown.length > 0 && shown.every(slot => slot.model) ? (
        <Shown exhibit={exhibit} note={note} />
      ) : (
        <>
          <div className="jp-DaisyLook-tools">
            <Ways exhibit={exhibit} />
          </div>
          <div className="jp-DaisyLook-opening" role="status">
            {String(shared.get('empty') ?? '') || trans.__('Nothing to show yet')}
          </div>
        </>
      )}
    </div>
  );
}

function Shown({ exhibit, note }: { exhibit: Exhibit; note: string }): JSX.Element | null {
  const { shared, trans, pointer, shown } = exhibit;
  const parts = (shared.get('parts') ?? {}) as Parts;
  const titles = (shared.get('titles') ?? {}) as Partial<Record<string, string>>;
  const begin = ARRANGEMENTS.find(way => way === shared.get('arrangement')) ?? 'side';
  const [main] = shown;
  const outlines = (useTrait(exhibit, 'outlines') ?? []) as Outline[];
  const picking = Boolean(useTrait(exhibit, 'picking'));
  const scales = useTrait(exhibit, 'scales') as Scales | undefined;
  if (!main?.model) {
    return null;
  }
  if (shown.length > 1) {
    const pictures = shown.flatMap(slot =>
      slot.model ? [{ name: titles[slot.name] ?? slot.info?.name ?? '', asks: slot, model: slot.model }] : []
    );
    return (
      <Pair
        key={begin}
        parts={pictures}
        pointer={pointer}
        trans={trans}
        begin={begin}
        note={note}
        tools={<Ways exhibit={exhibit} />}
        {...parts}
      />
    );
  }
  return (
    <ImageView
      asks={main}
      model={main.model}
      pointer={pointer}
      trans={trans}
      note={note}
      scales={scales}
      onPick={picking ? at => picked(exhibit, at) : undefined}
      tools={<Ways exhibit={exhibit} />}
      {...parts}
    >
      {outlines.length > 0 && <OutlineLayer model={main.model} outlines={outlines} />}
    </ImageView>
  );
}

/** Tell the kernel where the picture was pressed; a serial, so that the same place twice is two presses. */
function picked({ shared }: Exhibit, [row, column]: Place): void {
  const before = shared.get('picked') as { serial?: number } | undefined;
  shared.set('picked', { row, column, serial: (before?.serial ?? 0) + 1 });
  shared.save_changes();
}

/** One way to look at the same thing, among which the kernel lets the user choose. */
interface Way {
  id: string;
  title: string;
  tip?: string;
}

function Ways({ exhibit }: { exhibit: Exhibit }): JSX.Element | null {
  const ways = (useTrait(exhibit, 'ways') ?? []) as Way[];
  const chosen = useTrait(exhibit, 'way');
  const choose = (id: string) => {
    exhibit.shared.set('way', id);
    exhibit.shared.save_changes();
  };
  return ways.length > 1 ? (
    <div
      className="jp-DaisyLook-group jp-DaisyWays"
      role="group"
      aria-label={exhibit.trans.__('What is shown')}
    >
      {ways.map(({ id, title, tip }) => (
        <Toggle key={id} title={tip ?? ''} on={id === chosen} onClick={() => choose(id)}>
          {title}
        </Toggle>
      ))}
    </div>
  ) : null;
}

function SlotProblem({ slot, exhibit }: { slot: Slot; exhibit: Exhibit }): JSX.Element | null {
  return slot.problem === null ? null : <Problem problem={slot.problem} trans={exhibit.trans} />;
}

/** Keep the kernel's traits and the first picture the same, as long as there is one. */
function useSharing(exhibit: Exhibit): void {
  const model = exhibit.slot('main').model;
  React.useEffect(() => (model ? share(exhibit.shared, model) : undefined), [exhibit, model]);
}

/** Follow a trait of the kernel's. */
export function useTrait({ shared }: Exhibit, name: string): unknown {
  const follow = React.useCallback(
    (again: () => void) => {
      const event = `change:${name}`;
      shared.on(event, again);
      return () => shared.off(event, again);
    },
    [shared, name]
  );
  return React.useSyncExternalStore(follow, () => shared.get(name));
}
