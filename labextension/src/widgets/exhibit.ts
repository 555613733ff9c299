/**
 * What one widget shows: an object, perhaps another beside it and a mask over it, each in a slot.
 * Objects are opened when the page begins; later versions come with their picture, pushed by the kernel.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { type ISignal, Signal } from '@lumino/signaling';

import { link } from '../imageLink';
import { ImageModel, type Look } from '../imageModel';
import { Overlay } from '../imageOverlay';
import type { Asks, ImageQuestion } from '../imageSource';
import type { ErrorInfo, ImageReply, Methods, ViewInfo } from '../protocol';
import { type Answer, RemoteError } from '../rpc';
import { Pointer } from '../views/look/pointer';
import { Channel, type Told } from './channel';
import type { SharedModel } from './host';
import { askedLook } from './sharing';
import { Dictionary, type Texts } from './words';

/** What a slot is for. */
export type SlotName = 'main' | 'other' | 'mask';

const SLOTS: SlotName[] = ['main', 'other', 'mask'];

/** One object of a widget. */
export class Slot implements Asks {
  constructor(
    private readonly channel: Channel,
    readonly name: SlotName
  ) {}

  info: ViewInfo | null = null;
  model: ImageModel | null = null;
  problem: unknown = null;

  request<M extends keyof Methods>(method: M, params: Methods[M]['params']): Promise<Answer<M>> {
    // Which slot asks tells the kernel what to push, and lets newer questions take the place of older ones.
    return this.channel.request(method, {
      view: this.name,
      ...params,
      ...(this.name === 'mask' && { view: this.name })
    });
  }

  dispose(): void {
    this.model?.dispose();
    this.model = this.info = this.problem = null;
  }
}

export class Exhibit {
  constructor(
    readonly shared: SharedModel,
    private readonly first: Partial<Look> = {}
  ) {
    this.trans = new Dictionary((shared.get('texts') ?? {}) as Texts);
    this.channel = new Channel(shared);
    this.channel.heard = told => this.onTold(told);
    SLOTS.forEach(name => this.slots.set(name, new Slot(this.channel, name)));
    shared.on('change:sources', this.onSources);
    this.onSources();
    // What changed while the page was being loaded reached nobody: from here on it listens.
    this.channel.tell('drawn', {});
  }

  readonly trans: TranslationBundle;
  readonly pointer = new Pointer();

  /** What histogram, window and level stand for: the picture, unless another one on the screen leads it. */
  get counted(): ImageModel | null {
    return this.leads ?? this.slot('main').model;
  }

  set counted(model: ImageModel | null) {
    this.leads = model;
    this._changed.emit();
  }

  /** Something is there, or is gone. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  slot(name: SlotName): Slot {
    return this.slots.get(name) as Slot;
  }

  /** Pictures that stand beside each other. */
  get shown(): Slot[] {
    return (['main', 'other'] as const).map(name => this.slot(name)).filter(slot => this.sources[slot.name]);
  }

  dispose(): void {
    this.shared.off('change:sources', this.onSources);
    this.unlink?.();
    this.slots.forEach(slot => slot.dispose());
    this.channel.dispose();
    Signal.clearData(this);
  }

  /** Names of what is in the slots. */
  get sources(): Partial<Record<SlotName, Source>> {
    return this.shared.get('sources') ?? {};
  }

  private readonly onSources = (): void => {
    for (const name of SLOTS) {
      const key = JSON.stringify(this.sources[name] ?? null);
      if (key !== (this.known.get(name) ?? 'null')) {
        this.known.set(name, key);
        void this.open(this.slot(name));
      }
    }
  };

  private async open(slot: Slot): Promise<void> {
    const source = this.sources[slot.name];
    if (!source) {
      this.clear(slot);
      return;
    }
    try {
      const { result } = await slot.request('view.open', source);
      this.take(slot, result);
    } catch (error) {
      // What is shown before the first picture is there is no fault: the app will say when it has one.
      slot.problem = source.name.startsWith('~') && error instanceof RemoteError ? null : error;
      this._changed.emit();
    }
  }

  private clear(slot: Slot): void {
    slot.dispose();
    if (slot.name === 'mask') {
      this.cover();
    }
    this.tie();
    this._changed.emit();
  }

  private take(slot: Slot, info: ViewInfo): void {
    slot.problem = null;
    slot.info = info;
    if (slot.name === 'mask') {
      this.cover();
    } else if (info.view !== 'image') {
      const message = this.trans.__('%1 has no rows and columns to show as a picture.', info.name);
      slot.problem = new RemoteError({ kind: 'DataError', message, fields: {}, traceback: '' });
    } else if (slot.model) {
      slot.model.replace(info);
    } else {
      slot.model = new ImageModel(slot, info, { ...this.first, ...askedLook(this.shared) });
      this.tie();
      this.cover();
    }
    this._changed.emit();
  }

  /** Let the two pictures look at the same place. */
  private tie(): void {
    this.unlink?.();
    this.unlink = null;
    const [one, two] = [this.slot('main').model, this.slot('other').model];
    if (one && two) {
      this.unlink = link(one, two);
      one.set({});
    }
  }

  /** Lay the mask over all pictures. */
  private cover(): void {
    const mask = this.slot('mask');
    for (const { model } of [this.slot('main'), this.slot('other')]) {
      if (model) {
        const opacity = Number(this.shared.get('mask_opacity') ?? 0.45);
        model.overlay = mask.info && new Overlay(mask, mask.info, () => model.repaint(), opacity);
      }
    }
  }

  /** Put another mask in the place of the one that lies over the pictures; false where there is none. */
  private lay({ info, question, reply }: Pushed, buffer?: ArrayBuffer): boolean {
    const overlays = this.shown.flatMap(({ model }) => model?.overlay ?? []);
    if (!question || !reply || !buffer || overlays.length === 0) {
      return false;
    }
    const laid = overlays.every(one => one.push(info, question, reply, buffer));
    if (laid) {
      this.slot('mask').info = info;
    }
    return laid;
  }

  private onTold({ what, data, own, buffers }: Told): void {
    if (what === 'picture') {
      this.onPicture(data as Pushed, own, buffers[0]);
    } else if (what === 'again') {
      this.known.clear();
      this.onSources();
    } else if (what === 'fault') {
      const { slot, error } = data as { slot: SlotName; error: ErrorInfo };
      this.slot(slot).problem = new RemoteError(error);
      this._changed.emit();
    }
  }

  private onPicture(pushed: Pushed, own: boolean, buffer?: ArrayBuffer): void {
    const { slot, info } = pushed;
    if (slot !== 'mask' || !own || !this.lay(pushed, buffer)) {
      this.put(pushed, own, buffer);
    }
    if (own) {
      this.channel.tell('shown', { slot, version: info.version });
    }
  }

  private put({ slot: name, info, question, reply }: Pushed, own: boolean, buffer?: ArrayBuffer): void {
    const slot = this.slot(name);
    const { model } = slot;
    const calmed = slot.problem !== null;
    slot.problem = null;
    if (!model || !question || !reply || !buffer || !own) {
      this.take(slot, info);
    } else {
      slot.info = info;
      model.push(info, question, reply, buffer);
      if (calmed) {
        this._changed.emit();
      }
    }
  }

  private leads: ImageModel | null = null;
  private unlink: (() => void) | null = null;
  private readonly channel: Channel;
  private readonly slots = new Map<SlotName, Slot>();
  private readonly known = new Map<SlotName, string>();
  private readonly _changed = new Signal<this, void>(this);
}

interface Source {
  name: string;
  version: number | null;
}

/** A version that the kernel shows unasked, with its picture where it knows what the page looks at. */
interface Pushed {
  slot: SlotName;
  info: ViewInfo;
  question?: ImageQuestion;
  reply?: ImageReply;
}
