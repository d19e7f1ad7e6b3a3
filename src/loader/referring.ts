/** Something that a module wants to be told of: `[canuse]`, Asterisk's optional API in its safe form. */
export interface Watch {
  /** `service`, `module` … */
  readonly type: string;
  /** Its name. */
  readonly name: string;
  /** It is there, from this module. */
  came(provider: string): Promise<void>;
  /** It goes; when this has ended, or its deadline has passed, it is gone. */
  gone(): Promise<void>;
}

/** What is held, for whom. */
export interface HoldRequest {
  /** `application`, `function`, `module` … */
  readonly type: string;
  /** Its name. */
  readonly name: string;
  /** Who uses it, for people: `extension test,s,1`. */
  readonly label: string;
  /** The module that holds it, whose code `cancel` asks; nobody when the host itself does. */
  readonly module?: string | undefined;
  /** The provider is to stop although it is held. */
  cancel(): Promise<void>;
}

/** Something held, or about to be. */
export interface Held extends Disposable {
  /** The module that provides it; undefined while that is loaded. */
  readonly provider: string | undefined;
  /** Fulfilled with the provider's name when it is held. */
  readonly ready: Promise<string>;
}
