/** The list of runs: only the rows on the screen are drawn. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { inSight } from '../../objectsTree';
import type { RunInfo } from '../../protocol';
import { useScrolled } from '../react';
import type { RunActions } from './actions';
import { isActive, neighbour } from './list';
import { RunRow, rowId } from './row';
import { useNow } from './state';

/** Height of a row in pixels, as in runs.css. */
const ROW = 28;

interface Props {
  runs: RunInfo[];
  selected: string;
  actions: RunActions;
  trans: TranslationBundle;
  onSelect: (id: string) => void;
}

export function RunTable({ runs, selected, actions, trans, onSelect }: Props): JSX.Element {
  const box = React.useRef<HTMLDivElement>(null);
  const [top, height] = useScrolled(box);
  const now = useNow(runs.some(isActive));
  const [first, last] = inSight(top, height, ROW, runs.length);

  const onKey = (event: React.KeyboardEvent): void => {
    const run = runs.find(one => one.id === selected);
    if (event.key === 'Delete' && run && isActive(run)) {
      actions.cancel(run);
    } else if (event.key === 'Escape') {
      onSelect('');
    } else {
      const next = neighbour(runs, selected, event.key, Math.max(1, Math.floor(height / ROW) - 2));
      if (next === null) {
        return;
      }
      onSelect(next);
      reveal(
        box.current,
        runs.findIndex(one => one.id === next)
      );
    }
    event.preventDefault();
  };

  return (
    <div
      ref={box}
      className="jp-DaisyRuns-list"
      role="grid"
      aria-label={trans.__('Runs, the newest first')}
      aria-rowcount={runs.length + 1}
      aria-activedescendant={selected ? rowId(selected) : undefined}
      tabIndex={0}
      onKeyDown={onKey}
    >
      <Head trans={trans} />
      <div className="jp-DaisyRuns-rows" role="rowgroup" style={{ height: ROW * runs.length }}>
        {runs.slice(first, last).map((run, n) => (
          <RunRow
            key={run.id}
            run={run}
            top={ROW * (first + n)}
            index={first + n}
            selected={run.id === selected}
            now={run.state === 'running' ? now : 0}
            actions={actions}
            trans={trans}
            onSelect={onSelect}
          />
        ))}
      </div>
    </div>
  );
}

function Head({ trans }: { trans: TranslationBundle }): JSX.Element {
  const titles = [
    trans.__('Run'),
    trans.__('Result'),
    trans.__('State'),
    trans.__('Rate'),
    trans.__('Time'),
    trans.__('Peak memory'),
    trans.__('Actions')
  ];
  return (
    <div className="jp-DaisyRuns-row jp-DaisyRuns-head" role="row" aria-rowindex={1}>
      {titles.map(title => (
        <span key={title} role="columnheader">
          {title}
        </span>
      ))}
    </div>
  );
}

/** Scroll so that a row is between the heading and the foot. */
function reveal(box: HTMLElement | null, index: number): void {
  if (box) {
    const [top, bottom] = [ROW * index, ROW * (index + 2)];
    box.scrollTop = Math.max(Math.min(box.scrollTop, top), bottom - box.clientHeight);
  }
}
