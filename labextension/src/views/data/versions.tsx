/** All versions of a name: when each came, how large it is, and the way back to it. */
import { Dialog } from '@jupyterlab/apputils';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import { bytesText, rowText, timeText } from '../../objects';
import type { ObjectInfo } from '../../protocol';
import type { DataActions } from './actions';
import { faultText } from '../fault';
import { makerText } from './words';

/** Show the versions of a name until the user has seen them. */
export async function showVersions(name: string, actions: DataActions): Promise<void> {
  const { versions } = await actions.ask('objects.versions', { name });
  const dialog = new Dialog({
    title: actions.trans.__('Versions of %1', name),
    body: ReactWidget.create(
      <VersionTable name={name} versions={versions} actions={actions} leave={() => dialog.reject()} />
    ),
    buttons: [Dialog.okButton({ label: actions.trans.__('Close') })]
  });
  await dialog.launch();
}

interface TableProps {
  name: string;
  versions: readonly ObjectInfo[];
  actions: DataActions;
  leave: () => void;
}

function VersionTable({ name, versions, actions, leave }: TableProps): JSX.Element {
  const { trans } = actions;
  const [fault, setFault] = React.useState('');
  const [current, setCurrent] = React.useState(currentOf(name, actions));
  const restore = async (version: number): Promise<void> => {
    try {
      await actions.ask('objects.restore', { name, version });
      setCurrent(version);
      setFault('');
    } catch (error) {
      setFault(faultText(error, trans));
    }
  };
  return (
    <div className="jp-DaisyVersions">
      <table>
        <thead>
          <tr>
            <th scope="col">{trans.__('Version')}</th>
            <th scope="col">{trans.__('Time')}</th>
            <th scope="col">{trans.__('Values')}</th>
            <th scope="col">{trans.__('Size')}</th>
            <th scope="col">{trans.__('Made by')}</th>
            <th aria-label={trans.__('What to do')} />
          </tr>
        </thead>
        <tbody>
          {[...versions].reverse().map(version => (
            <VersionRow
              key={version.version}
              version={version}
              current={current}
              actions={actions}
              restore={restore}
              leave={leave}
            />
          ))}
        </tbody>
      </table>
      <p className="jp-DaisyVersions-fault" role="alert">
        {fault}
      </p>
    </div>
  );
}

interface RowProps {
  version: ObjectInfo;
  current: number | undefined;
  actions: DataActions;
  restore: (version: number) => Promise<void>;
  leave: () => void;
}

function VersionRow({ version, current, actions, restore, leave }: RowProps): JSX.Element {
  const { trans } = actions;
  const isCurrent = version.version === current;
  const which = { name: version.name, version: version.version };
  const away = (action: () => void) => () => {
    leave();
    action();
  };
  return (
    <tr className={isCurrent ? 'jp-mod-current' : ''} aria-current={isCurrent}>
      <td className="jp-DaisyNumber">v{version.version}</td>
      <td className="jp-DaisyNumber">{timeText(version.created)}</td>
      <td className="jp-DaisyNumber">{rowText(version)}</td>
      <td className="jp-DaisyNumber">{bytesText(version.nbytes)}</td>
      <td>{makerText(version, trans)}</td>
      <td className="jp-DaisyVersions-buttons">
        {actions.means.views && (
          <button className="jp-DaisyButton" onClick={away(() => actions.open(which))}>
            {trans.__('Open')}
          </button>
        )}
        {isCurrent ? (
          <span className="jp-DaisyVersions-current">{trans.__('current')}</span>
        ) : (
          <>
            <button className="jp-DaisyButton" onClick={() => void restore(version.version)}>
              {trans.__('Restore')}
            </button>
            {current !== undefined && (
              <button
                className="jp-DaisyButton"
                onClick={away(() => void actions.compare(which, { name: version.name, version: current }))}
              >
                {trans.__('Compare')}
              </button>
            )}
          </>
        )}
      </td>
    </tr>
  );
}

/** The version a name has now; none when it was deleted. */
function currentOf(name: string, actions: DataActions): number | undefined {
  return actions.means.connections.current?.state.objects.get(name)?.version;
}
