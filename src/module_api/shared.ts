/** Where a call is in the dialplan. */
export interface CallLocation {
  /** Context. */
  context: string;
  /** Extension. */
  extension: string;
  /** Priority, from 1. */
  priority: number;
}

/** A user of this module, made with `host.user`. Disposing it twice is safe. */
export interface UserHandle extends Disposable {
  /** The use has ended. */
  release(): Promise<void>;
}
