/** Opens views in the main area, one per object, and brings them back after a reload. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { ColourName } from '../../imageColours';
import { type Saved, type Seen, identityOf, savedOf } from '../../imageSaved';
import type { IConnections, IViews } from '../../tokens';
import { ObjectView } from './objectView';
import { halve } from './room';
import { Subject } from './subject';

type LookArea = MainAreaWidget<ObjectView>;

/** What the settings say. */
export interface ViewSettings {
  follow: boolean;
  colours: ColourName;
}

const SAVE_PACE = 500;
/** No widget has this id: then the whole main area is split, not only the part that has the focus. */
const NOWHERE = 'daisy-nowhere';

export class Views implements IViews {
  constructor(
    private readonly app: JupyterFrontEnd,
    private readonly connections: IConnections
  ) {}

  readonly tracker = new WidgetTracker<LookArea>({ namespace: 'daisy-views' });
  settings: ViewSettings = { follow: true, colours: 'grey' };

  open(name: string, version?: number): void {
    this.show({ seen: [version ? { name, version } : { name }], kernel: this.kernel });
  }

  compare(first: Seen, second: Seen): void {
    this.show({ seen: [first, second], kernel: this.kernel });
  }

  /** Open what a command's arguments say, as after a reload; nothing when they name no object. */
  openSaved(args: ReadonlyPartialJSONObject): void {
    const saved = savedOf(args.kernel === undefined ? { ...args, kernel: this.kernel } : args);
    if (saved) {
      this.show(saved);
    }
  }

  /** Give a view as arguments of the command that opens it. */
  argsOf(area: LookArea): ReadonlyPartialJSONObject {
    // What is saved holds numbers, texts and lists only; JSON leaves out what is undefined.
    return JSON.parse(JSON.stringify(area.content.saved)) as ReadonlyPartialJSONObject;
  }

  /** Give a name that is the same for the same objects. */
  nameOf(area: LookArea): string {
    return identityOf(area.content.saved);
  }

  private show(saved: Saved): void {
    const id = identityOf(saved);
    const known = this.tracker.find(area => area.id === id);
    if (!known) {
      this.add(this.make(saved, id));
    }
    this.app.shell.activateById(id);
  }

  private make(saved: Saved, id: string): LookArea {
    const around = {
      connections: this.connections,
      follows: () => this.settings.follow,
      isRunning: (kernel: string) => this.isRunning(kernel)
    };
    const subjects = saved.seen.map(seen => new Subject(seen, around, saved.kernel));
    const look = { colours: this.settings.colours, ...saved.look };
    const content = new ObjectView(subjects, this.connections.trans, { ...saved, look });
    const area = new MainAreaWidget({ content });
    area.id = id;
    area.toolbar.hide();
    return area;
  }

  /** Beside all the work first, as high as the window, then behind the view that is there. */
  private add(area: LookArea): void {
    const other = this.tracker.currentWidget;
    const beside = other?.isAttached
      ? { mode: 'tab-after' as const, ref: other.id }
      : { mode: 'split-right' as const, ref: NOWHERE };
    this.app.shell.add(area, 'main', beside);
    void this.tracker.add(area);
    if (!other?.isAttached) {
      halve(area);
    }
    let timer = 0;
    area.content.turned.connect(() => {
      window.clearTimeout(timer);
      timer = window.setTimeout(() => void this.tracker.save(area), SAVE_PACE);
    });
    area.disposed.connect(() => window.clearTimeout(timer));
  }

  private isRunning(kernel: string): boolean {
    return [...this.app.serviceManager.kernels.running()].some(model => model.id === kernel);
  }

  private get kernel(): string {
    return this.connections.current?.kernel.id ?? '';
  }
}
