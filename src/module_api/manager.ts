/** A header of the manager interface, as it is sent: `Name: value`. */
export type ManagerHeader = readonly [name: string, value: string];

/** A manager action that another module has answered to. */
export interface ManagerRequest {
  /** The action's name as the client wrote it. */
  readonly action: string;
  /** The user who is logged in. */
  readonly user: string;
  /** All headers in order, `Action` and `ActionID` included; their case is the client's. */
  readonly headers: readonly ManagerHeader[];
  /** The first value of a header, in any case of letters; empty when there is none. */
  get(name: string): string;
}

/** What an action answers. The manager adds `ActionID`. */
export interface ManagerReply {
  /** The header `Response`. @default {"Success"} */
  readonly response?: "Success" | "Error" | undefined;
  /** The header `Message`. */
  readonly message?: string | undefined;
  /** Further headers of the response. */
  readonly headers?: readonly ManagerHeader[] | undefined;
  /** Events of a list that follows the response, each with its headers, `Event` first. */
  readonly events?: readonly (readonly ManagerHeader[])[] | undefined;
}

/** An action of the manager interface (AMI). */
export interface ManagerActionRegistration {
  /** Its name, such as `QueueStatus`; the manifest must provide `manager=<name>`. */
  readonly action: string;
  /** One line for `manager show commands`. */
  readonly synopsis: string;
  /** The text of `manager show command`. */
  readonly description?: string | undefined;
  /** Classes of which the user must have one to write, such as `system,reporting`; none when left out. */
  readonly privilege?: string | undefined;
  /** Answers it. A throw becomes an error response with the message. */
  readonly handler: (request: ManagerRequest) => ManagerReply | Promise<ManagerReply>;
}

/** A registered action, as `manager show commands` lists it. */
export interface ManagerActionRow {
  /** Its name. */
  readonly action: string;
  /** One line. */
  readonly synopsis: string;
  /** A text, possibly empty. */
  readonly description: string;
  /** Classes, comma-separated, possibly none. */
  readonly privilege: string;
  /** The module it is from. */
  readonly module: string;
}
