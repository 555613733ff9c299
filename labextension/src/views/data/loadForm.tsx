/** The form of the loading dialog: which datasets, under which names, and the unit of the angles. */
import { ReactWidget } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Connection } from '../../connection';
import {
  type AngleUnit,
  canBeTaken,
  type Fault,
  faultsOf,
  hasAngle,
  type Loading,
  wholeName
} from '../../objectsFiles';
import { PickRow } from './loadRow';

interface About {
  loading: Loading;
  /** What the file was recognised as. */
  form: string;
  notes: readonly string[];
  /** Why it could not be loaded just now. */
  fault: string;
  connection: Connection;
  trans: TranslationBundle;
}

export class LoadBody extends ReactWidget {
  constructor(private readonly about: About) {
    super();
    this.loading = about.loading;
  }

  getValue(): Loading {
    return this.loading;
  }

  protected override render(): JSX.Element {
    return <LoadForm about={this.about} take={loading => (this.loading = loading)} />;
  }

  private loading: Loading;
}

function LoadForm({ about, take }: { about: About; take: (loading: Loading) => void }): JSX.Element {
  const { form, notes, fault, connection, trans } = about;
  const [loading, setLoading] = React.useState(about.loading);
  const node = React.useRef<HTMLDivElement>(null);
  const faults = faultsOf(loading);
  const none = loading.picks.every(pick => !pick.taken);
  React.useEffect(() => {
    take(loading);
    // The dialog looks for faults when something is typed; React has drawn them only now.
    node.current?.dispatchEvent(new Event('input', { bubbles: true }));
  }, [loading, take]);
  return (
    <div ref={node} className={`jp-DaisyLoad ${none ? 'jp-mod-error' : ''}`}>
      <p className="jp-DaisySoft">{trans.__('Recognised as %1.', form)}</p>
      <PickTable
        loading={loading}
        faults={faults}
        change={setLoading}
        connection={connection}
        trans={trans}
      />
      <div className="jp-DaisyLoad-more">
        <GroupField loading={loading} change={setLoading} trans={trans} />
        {hasAngle(loading) && <AngleField loading={loading} change={setLoading} trans={trans} />}
      </div>
      {notes.map(note => (
        <p key={note} className="jp-DaisySoft">
          {note}
        </p>
      ))}
      <p className="jp-DaisyLoad-fault" role="alert">
        {fault || (none ? trans.__('Nothing is ticked.') : '')}
      </p>
    </div>
  );
}

interface PartProps {
  loading: Loading;
  change: (loading: Loading) => void;
  trans: TranslationBundle;
}

interface TableProps extends PartProps {
  faults: ReadonlyMap<number, Fault>;
  connection: Connection;
}

function PickTable({ loading, faults, change, connection, trans }: TableProps): JSX.Element {
  const able = loading.picks.filter(pick => canBeTaken(pick.dataset));
  const all = able.length > 0 && able.every(pick => pick.taken);
  const takeAll = (taken: boolean): void =>
    change({
      ...loading,
      picks: loading.picks.map(pick => ({ ...pick, taken: taken && canBeTaken(pick.dataset) }))
    });
  return (
    <div className="jp-DaisyLoad-table">
      <table>
        <thead>
          <tr>
            <th scope="col">
              <input
                type="checkbox"
                checked={all}
                aria-label={trans.__('Take all datasets')}
                onChange={event => takeAll(event.target.checked)}
              />
            </th>
            <th scope="col">{trans.__('Dataset')}</th>
            <th scope="col">{trans.__('Shape')}</th>
            <th scope="col">{trans.__('Type')}</th>
            <th scope="col">{trans.__('Name in the store')}</th>
          </tr>
        </thead>
        <tbody>
          {loading.picks.map((pick, n) => (
            <PickRow
              key={pick.dataset.dataset}
              pick={pick}
              fault={faults.get(n)}
              version={connection.state.objects.get(wholeName(loading, pick))?.version}
              change={next =>
                change({ ...loading, picks: loading.picks.map((old, m) => (m === n ? next : old)) })
              }
              trans={trans}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function GroupField({ loading, change, trans }: PartProps): JSX.Element {
  return (
    <label>
      {trans.__('Group')}
      <input
        type="text"
        className="jp-DaisyField"
        spellCheck={false}
        placeholder={trans.__('none')}
        title={trans.__('Puts the names below one, as in scan/projections')}
        value={loading.group}
        onChange={event => change({ ...loading, group: event.target.value.trim() })}
      />
    </label>
  );
}

function AngleField({ loading, change, trans }: PartProps): JSX.Element {
  const words: Record<AngleUnit, string> = {
    auto: trans.__('as the file says'),
    degree: trans.__('degree'),
    rad: trans.__('rad')
  };
  const units: AngleUnit[] = ['auto', 'degree', 'rad'];
  return (
    <label>
      {trans.__('Unit of the angles in the file')}
      <select
        className="jp-DaisyField"
        value={loading.angleUnit}
        onChange={event => change({ ...loading, angleUnit: units[event.target.selectedIndex] ?? 'auto' })}
      >
        {units.map(unit => (
          <option key={unit} value={unit}>
            {words[unit]}
          </option>
        ))}
      </select>
    </label>
  );
}
