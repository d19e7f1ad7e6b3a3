/*** MODULEINFO
  <support_level>core</support_level>
  <canuse type="dialplan">*</canuse>
***/

/*** DOCUMENTATION
  <application name="Gosub">
    <synopsis>Jump to label, saving return address.</synopsis>
    <syntax>
      <parameter name="context" />
      <parameter name="exten" />
      <parameter name="priority" required="true" hasparams="optional">
        <argument name="arg1" multiple="true" required="true" />
        <argument name="argN" />
      </parameter>
    </syntax>
    <description>
      <para>Jumps to the label specified, saving the return address. The arguments are the variables
      ARG1, ARG2 and so on until Return, their number is ARGC.</para>
    </description>
  </application>
  <application name="GosubIf">
    <synopsis>Conditionally jump to label, saving return address.</synopsis>
    <syntax argsep="?">
      <parameter name="condition" required="true" />
      <parameter name="destination" required="true" argsep=":">
        <argument name="labeliftrue" hasparams="optional" />
        <argument name="labeliffalse" hasparams="optional" />
      </parameter>
    </syntax>
    <description>
      <para>If the condition is true, then jump to labeliftrue. If false, jumps to labeliffalse, if
      specified. In either case, a jump saves the return point, to be returned to with a Return.</para>
    </description>
  </application>
  <application name="Return">
    <synopsis>Return from gosub routine.</synopsis>
    <syntax>
      <parameter name="value">
        <para>Return value.</para>
      </parameter>
    </syntax>
    <description>
      <para>Jumps to the last label on the stack, removing it. The return value, if any, is saved in
      the channel variable GOSUB_RETVAL.</para>
    </description>
  </application>
  <application name="StackPop">
    <synopsis>Remove one address from gosub stack.</synopsis>
    <syntax />
    <description>
      <para>Removes last label on the stack, discarding it.</para>
    </description>
  </application>
  <function name="LOCAL">
    <synopsis>Manage variables local to the gosub stack frame.</synopsis>
    <syntax>
      <parameter name="varname" required="true" />
    </syntax>
    <description>
      <para>Read and write a variable local to the gosub stack frame, once we Return() it will be lost
      (or it will go back to whatever value it had before the Gosub()).</para>
    </description>
  </function>
***/
import { type Call, defineModule, LoadResult, type ModuleHost } from "asterism";
import {
  chooseBranch,
  type GosubFrame,
  GosubStacks,
  MAXIMUM_DEPTH,
  MAXIMUM_LOCALS,
  parseGosub,
  resolveGosub,
} from "./_gosub.ts";

/** What a dialplan application answers to end the call. */
const HANG_UP = -1;

let stacks = new GosubStacks();

/** Sets a variable in a frame, keeping the value it had before the frame. */
async function setLocal(call: Call, frame: GosubFrame, variable: { name: string; value: string }): Promise<void> {
  const { name, value } = variable;
  if (!frame.shadowed.has(name) && frame.shadowed.size >= MAXIMUM_LOCALS) {
    throw new RangeError(`Cannot set LOCAL(${name}): the subroutine has ${MAXIMUM_LOCALS} variables already`);
  }
  if (!frame.shadowed.has(name)) frame.shadowed.set(name, await call.variable(name));
  await call.setVariable(name, value);
}

/** Gives the variables back the values they had before the frame. */
async function restore(call: Call, frame: GosubFrame): Promise<void> {
  for (const [name, value] of frame.shadowed) await call.setVariable(name, value);
}

async function setArguments(call: Call, frame: GosubFrame, args: readonly string[]): Promise<void> {
  for (let index = 0; index < frame.argc; index++) {
    await setLocal(call, frame, { name: `ARG${index + 1}`, value: args[index] ?? "" });
  }
  await setLocal(call, frame, { name: "ARGC", value: String(args.length) });
}

/**
 * Enters a subroutine: 1. reads the target, 2. moves the call, 3. sets the arguments, 4. pushes the frame. When 2 or 3
 * fails, all that was done is undone.
 */
async function enter(host: ModuleHost, call: Call, text: string): Promise<void> {
  const frames = stacks.of(call.name) ?? [];
  if (frames.length >= MAXIMUM_DEPTH) {
    throw new RangeError(`${call.name} is ${MAXIMUM_DEPTH} subroutines deep: does '${text}' call itself without end?`);
  }
  const target = parseGosub(text);
  const here = await call.location();
  // Arguments of the outer subroutine beyond ours are hidden too, or they would look like ours.
  const argc = Math.max(frames.at(-1)?.argc ?? 0, target.args.length);
  const frame = { back: { ...here, priority: here.priority + 1 }, shadowed: new Map(), argc };
  await call.setLocation(await resolveGosub(target, here, (place) => call.findLabel(place)));
  try {
    await setArguments(call, frame, target.args);
  } catch (error) {
    await restore(call, frame);
    await call.setLocation(here);
    throw error;
  }
  const forgotten = stacks.push(call.name, frame);
  if (forgotten) host.log.warning(`Forgot the gosub stack of ${forgotten}: too many calls have one`);
}

async function gosub(host: ModuleHost, call: Call, text: string): Promise<number> {
  if (text.trim() === "") {
    host.log.error("Gosub requires an argument: Gosub([[context,]exten,]priority[(arg1[,...][,argN])])");
    return HANG_UP;
  }
  try {
    await enter(host, call, text);
    return 0;
  } catch (error) {
    host.log.error(error instanceof Error ? error.message : String(error));
    return HANG_UP;
  }
}

async function gosubIf(host: ModuleHost, call: Call, text: string): Promise<number> {
  const branch = chooseBranch(text);
  if (branch === null) {
    host.log.warning("GosubIf requires an argument: GosubIf(cond?label1(args):label2(args))");
    return 0;
  }
  return branch === undefined ? 0 : await gosub(host, call, branch);
}

async function leave(host: ModuleHost, call: Call, value: string): Promise<number> {
  const frame = stacks.pop(call.name);
  if (frame === undefined) {
    host.log.error(`Return without Gosub: stack is empty (${call.name})`);
    return HANG_UP;
  }
  await call.setLocation(frame.back);
  await restore(call, frame);
  await call.setVariable("GOSUB_RETVAL", value);
  return 0;
}

async function stackPop(host: ModuleHost, call: Call): Promise<number> {
  const frame = stacks.pop(call.name);
  if (frame === undefined) host.log.warning(`StackPop called with an empty gosub stack (${call.name})`);
  else await restore(call, frame);
  return 0;
}

async function readLocal(call: Call, name: string): Promise<string> {
  const frame = stacks.of(call.name)?.at(-1);
  return frame?.shadowed.has(name) ? await call.variable(name) ?? "" : "";
}

async function writeLocal(call: Call, name: string, value: string): Promise<void> {
  const frame = stacks.of(call.name)?.at(-1);
  if (name === "") throw new SyntaxError("Cannot set LOCAL: the variable is missing; syntax: LOCAL(varname)");
  if (frame === undefined) throw new Error(`Tried to set LOCAL(${name}), but we aren't within a Gosub routine`);
  await setLocal(call, frame, { name, value });
}

/** Gosub, GosubIf, Return, StackPop and LOCAL. */
export default defineModule({
  license: "MIT",
  description: "Dialplan subroutines (Gosub, Return, etc)",
  load(host) {
    stacks = new GosubStacks();
    host.application("Gosub", (call, args) => gosub(host, call, args));
    host.application("GosubIf", (call, args) => gosubIf(host, call, args));
    host.application("Return", (call, args) => leave(host, call, args));
    host.application("StackPop", (call) => stackPop(host, call));
    host.function("LOCAL", { read: readLocal, write: writeLocal });
    return LoadResult.SUCCESS;
  },
});
