/** The Algorithms panel: search and tree above, the form that is open below. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { KernelState } from '../../state';
import type { IViews, IWriting } from '../../tokens';
import { useSignal } from '../react';
import { Splitter } from '../splitter';
import { Broken } from './broken';
import type { DocsCard } from './docsCard';
import { FormView } from './formView';
import type { AlgorithmsModel } from './model';
import { TreeView } from './treeView';

interface Props {
  model: AlgorithmsModel;
  state: KernelState;
  card: DocsCard;
  views: IViews | null;
  writing: IWriting | null;
  trans: TranslationBundle;
}

export function AlgorithmsView({ model, state, card, views, writing, trans }: Props): JSX.Element {
  useSignal(model.changed);
  const box = React.useRef<HTMLDivElement>(null);
  const find = (selector: string) => box.current?.querySelector<HTMLElement>(selector);
  const rows = model.rows(state.algorithms);
  const entered = React.useRef('');
  const open = (id: string, far: boolean) => {
    entered.current = far ? id : '';
    model.open(id);
  };
  const toSearch = (text: string) => {
    if (text) {
      model.search(model.query + text);
    }
    find('.jp-DaisySearch')?.focus();
  };
  const intoTree = () => find('.jp-DaisyTree [tabindex="0"]')?.focus();
  const { form } = model;
  return (
    <div ref={box} className="jp-DaisyAlgorithms-box">
      <div className="jp-DaisyAlgorithms-top" style={form ? { flex: `0 0 ${100 * model.share}%` } : {}}>
        <Search
          model={model}
          count={state.algorithms.length}
          down={intoTree}
          open={() => rows[0] && open(rows[0].key, true)}
          trans={trans}
        />
        <div className="jp-DaisyAlgorithms-scroll">
          {rows.length === 0 && <Nothing query={model.query} trans={trans} />}
          <TreeView model={model} rows={rows} card={card} trans={trans} toSearch={toSearch} open={open} />
          <Broken broken={state.broken} trans={trans} />
        </div>
      </div>
      {form && (
        <>
          <Splitter
            share={model.share}
            resize={share => model.resize(share)}
            label={trans.__('Height of the tree')}
          />
          <FormView
            key={form.id}
            model={form}
            enter={entered.current === form.id}
            info={state.algorithms.find(info => info.id === form.id)}
            objects={state.objects}
            views={views}
            writing={writing}
            trans={trans}
            close={() => model.close()}
            reset={() => model.reset()}
            back={intoTree}
          />
        </>
      )}
    </div>
  );
}

interface SearchProps {
  model: AlgorithmsModel;
  count: number;
  down: () => void;
  open: () => void;
  trans: TranslationBundle;
}

function Search({ model, count, down, open, trans }: SearchProps): JSX.Element {
  const onKeyDown = (event: React.KeyboardEvent) => {
    const deeds: Record<string, () => void> = { ArrowDown: down, Escape: () => model.search('') };
    if (model.query) {
      deeds['Enter'] = open;
    }
    const deed = deeds[event.key];
    if (deed) {
      event.preventDefault();
      deed();
    }
  };
  return (
    <input
      type="search"
      className="jp-DaisyField jp-DaisySearch"
      placeholder={trans._n('Search %1 algorithm…', 'Search %1 algorithms…', count)}
      aria-label={trans.__('Search algorithms')}
      value={model.query}
      onChange={event => model.search(event.target.value)}
      onKeyDown={onKeyDown}
    />
  );
}

function Nothing({ query, trans }: { query: string; trans: TranslationBundle }): JSX.Element {
  return (
    <p className="jp-DaisyEmpty" role="status">
      {query
        ? trans.__('No algorithm matches “%1”. Try fewer or shorter words.', query)
        : trans.__('The kernel is loading its algorithms.')}
    </p>
  );
}
