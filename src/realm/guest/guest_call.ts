import type { RpcStub } from "capnweb";
import type { Call, CallLocation, CallLogLevel, LabelLocation } from "../../module_api/mod.ts";

/** A call as it arrives in a realm. */
export type CallStub = RpcStub<{
  variable(name: string): Promise<string | undefined>;
  setVariable(name: string, value: string | undefined): Promise<void>;
  location(): Promise<CallLocation>;
  setLocation(location: CallLocation): Promise<void>;
  findLabel(place: LabelLocation): Promise<number | undefined>;
  print(line: string): Promise<void>;
  log(level: CallLogLevel, message: string, verbosity?: number): Promise<void>;
  readLine(seconds?: number): Promise<string | undefined>;
  answer(): Promise<void>;
  ended(): Promise<boolean>;
}>;

/** A call that a module handles. */
export class GuestCall implements Call {
  readonly name: string;
  readonly #stub: CallStub;

  constructor(stub: CallStub, name: string) {
    this.#stub = stub;
    this.name = name;
  }

  async variable(name: string): Promise<string | undefined> {
    return await this.#stub.variable(name) ?? undefined;
  }
  async setVariable(name: string, value: string | undefined): Promise<void> {
    await this.#stub.setVariable(name, value);
  }
  async location(): Promise<CallLocation> {
    return { ...await this.#stub.location() };
  }
  async setLocation(location: CallLocation): Promise<void> {
    const { context, extension, priority } = location;
    await this.#stub.setLocation({ context, extension, priority });
  }
  async findLabel(place: LabelLocation): Promise<number | undefined> {
    const { context, extension, label } = place;
    return await this.#stub.findLabel({ context, extension, label }) ?? undefined;
  }
  async print(line: string): Promise<void> {
    await this.#stub.print(line);
  }
  async log(level: CallLogLevel, message: string, verbosity?: number): Promise<void> {
    await this.#stub.log(level, message, verbosity);
  }
  async readLine(seconds?: number): Promise<string | undefined> {
    return await this.#stub.readLine(Number.isFinite(seconds) ? seconds : undefined) ?? undefined;
  }
  async answer(): Promise<void> {
    await this.#stub.answer();
  }
  async ended(): Promise<boolean> {
    return await this.#stub.ended();
  }
}
