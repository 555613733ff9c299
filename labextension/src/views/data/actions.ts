/** What can be done with objects: what the commands, the keys and the buttons of the data panel call. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import { fileName, inPython, isName } from '../../objects';
import type { ObjectList } from '../../objectsList';
import type { Methods, ObjectInfo } from '../../protocol';
import { LostError } from '../../rpc';
import type { IConnections, IViews, IWriting } from '../../tokens';
import { showComparison } from './compare';
import { faultText } from '../fault';
import { tellFault } from '../faultTold';
import { showLineage } from './lineage';
import { showSave } from './save';
import { showVersions } from './versions';

/** What the actions need of JupyterLab. */
export interface Means {
  app: JupyterFrontEnd;
  connections: IConnections;
  views: IViews | null;
  writing: IWriting | null;
  /** Folder that the file browser shows, below the served one. */
  folder: () => string;
}

/** One version of an object; the current one when none is named. */
export interface Which {
  name: string;
  version?: number;
}

export class DataActions {
  constructor(
    readonly list: ObjectList,
    readonly means: Means
  ) {}

  get trans(): TranslationBundle {
    return this.means.connections.trans;
  }

  /** Ask the kernel that the panels show. */
  async ask<M extends keyof Methods>(method: M, params: Methods[M]['params']): Promise<Methods[M]['result']> {
    const connection = this.means.connections.current;
    if (!connection) {
      throw new LostError('not connected');
    }
    return (await connection.request(method, params)).result;
  }

  open({ name, version }: Which): void {
    this.means.views?.open(name, ...(version === undefined ? [] : [version]));
  }

  /** Look at two side by side. */
  openBoth(first: Which, second: Which): void {
    this.means.views?.compare(first, second);
  }

  /** Open what is chosen; branches fold. */
  openChosen(): void {
    const row = this.list.chosen.size === 1 ? this.list.rowOf([...this.list.chosen][0] ?? null) : undefined;
    if (row && !row.object) {
      this.list.fold(row.key, !row.open);
    } else {
      this.list.objectsChosen.forEach(object => this.open({ name: object.name }));
    }
  }

  /** Give an object another name; what is wrong with it comes back as a sentence, else nothing. */
  async rename(name: string, wanted: string): Promise<string> {
    if (!isName(wanted)) {
      return this.trans.__(
        "Use letters, digits, '_', '-' and '.', parts separated by single '/', as in 'scan/flat'."
      );
    }
    try {
      await this.ask('objects.rename', { name, new: wanted });
    } catch (error) {
      return faultText(error, this.trans);
    }
    return '';
  }

  /** Take objects away, and offer to bring exactly these back. */
  async remove(objects: readonly ObjectInfo[]): Promise<void> {
    if (!objects.length) {
      return;
    }
    const { trans } = this;
    await this.try(async () => {
      await this.ask('objects.delete', { names: objects.map(object => object.name) });
      const told =
        objects.length === 1
          ? trans.__("Deleted '%1'.", objects[0]?.name)
          : trans.__('Deleted %1 objects.', objects.length);
      Notification.info(told, {
        autoClose: 8000,
        actions: [{ label: trans.__('Undo'), callback: () => void this.bringBack(objects) }]
      });
    });
  }

  undo(): Promise<void> {
    return this.try(() => this.ask('objects.undo', {}));
  }

  redo(): Promise<void> {
    return this.try(() => this.ask('objects.redo', {}));
  }

  restore(name: string, version: number): Promise<void> {
    return this.try(() => this.ask('objects.restore', { name, version }));
  }

  versions(object: ObjectInfo): Promise<void> {
    return this.try(() => showVersions(object.name, this));
  }

  /** Compare the two that are chosen, or the one with the version before. */
  compareChosen(): Promise<void> {
    const [first, second] = this.list.objectsChosen;
    return this.try(async () => {
      if (first && second) {
        await showComparison({ name: first.name }, { name: second.name }, this);
      } else if (first) {
        const before = await this.versionBefore(first);
        if (before) {
          await showComparison(before, { name: first.name, version: first.version }, this);
        }
      }
    });
  }

  compare(first: Which, second: Which): Promise<void> {
    return this.try(() => showComparison(first, second, this));
  }

  lineage({ name, version }: ObjectInfo): void {
    showLineage(name, version, this);
  }

  save(object: ObjectInfo): Promise<void> {
    return this.try(() => showSave(object, this));
  }

  /** Put the chosen objects into the notebook, as Python. */
  insertChosen(): void {
    this.means.writing?.insert(this.list.objectsChosen.map(object => inPython(object.name)).join(', '));
  }

  /** Open a script as a file beside the notebook. */
  openAsFile(name: string, python: string): Promise<void> {
    return this.try(async () => this.means.writing?.file(`${fileName(name)}.py`, python));
  }

  private async versionBefore(object: ObjectInfo): Promise<Which | null> {
    const { versions } = await this.ask('objects.versions', { name: object.name });
    const before = versions.filter(one => one.version < object.version).at(-1);
    return before ? { name: before.name, version: before.version } : null;
  }

  private async bringBack(objects: readonly ObjectInfo[]): Promise<void> {
    await this.try(async () => {
      for (const { name, version } of objects) {
        await this.ask('objects.restore', { name, version });
      }
    });
  }

  /** Do something; what goes wrong is told. */
  private async try(action: () => Promise<unknown>): Promise<void> {
    try {
      await action();
    } catch (error) {
      tellFault(error, this.trans);
    }
  }
}
