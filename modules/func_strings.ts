/*** MODULEINFO
  <support_level>core</support_level>
***/

/*** DOCUMENTATION
  <function name="LEN"><synopsis>Return the length of the string given.</synopsis></function>
  <function name="TOUPPER"><synopsis>Convert string to all uppercase letters.</synopsis></function>
  <function name="TOLOWER"><synopsis>Convert string to all lowercase letters.</synopsis></function>
  <function name="TRIM"><synopsis>Return the string without blanks around it.</synopsis></function>
  <function name="LTRIM"><synopsis>Return the string without blanks before it.</synopsis></function>
  <function name="RTRIM"><synopsis>Return the string without blanks behind it.</synopsis></function>
  <function name="FIELDQTY"><synopsis>Count the fields with an arbitrary delimiter: FIELDQTY(varname,delim)</synopsis></function>
  <function name="FIELDNUM"><synopsis>Return the 1-based offset of a field in a list: FIELDNUM(varname,delim,value)</synopsis></function>
  <function name="FILTER"><synopsis>Keep only the allowed characters: FILTER(allowed-chars,string)</synopsis></function>
  <function name="REPLACE"><synopsis>Replace a set of characters in a variable: REPLACE(varname,find-chars[,replace-char])</synopsis></function>
  <function name="STRREPLACE"><synopsis>Replace a text in a variable: STRREPLACE(varname,find[,replace[,max]])</synopsis></function>
  <function name="STRBETWEEN"><synopsis>Return what stands between two texts: STRBETWEEN(string,before,after)</synopsis></function>
  <function name="LISTFILTER"><synopsis>Remove an item from a list: LISTFILTER(varname,delim,value)</synopsis></function>
  <function name="REGEX"><synopsis>Check string against a regular expression: REGEX("expression" string)</synopsis></function>
  <function name="QUOTE"><synopsis>Quotes a given string, escaping embedded quotes as necessary.</synopsis></function>
  <function name="CSV_QUOTE"><synopsis>Quotes a given string for use in a CSV file.</synopsis></function>
  <function name="PASSTHRU"><synopsis>Pass the given argument back as a value.</synopsis></function>
  <function name="KEYPADHASH"><synopsis>Hash the letters in string into equivalent keypad numbers.</synopsis></function>
  <function name="STRFTIME"><synopsis>Returns the current date/time in the specified format: STRFTIME([epoch][,[timezone][,format]])</synopsis></function>
  <function name="ARRAY"><synopsis>Allows setting multiple variables at once: Set(ARRAY(a,b)=1,2)</synopsis></function>
  <function name="PUSH"><synopsis>Append a value to a list: Set(PUSH(varname[,delimiter])=value)</synopsis></function>
  <function name="POP"><synopsis>Take the last item off a list: POP(varname[,delimiter])</synopsis></function>
  <function name="UNSHIFT"><synopsis>Put a value before a list: Set(UNSHIFT(varname[,delimiter])=value)</synopsis></function>
  <function name="SHIFT"><synopsis>Take the first item off a list: SHIFT(varname[,delimiter])</synopsis></function>
***/
import { type Call, defineModule, LoadResult, type ModuleHost } from "asterism";
import {
  between,
  csvQuote,
  filterCharacters,
  formatTime,
  keypad,
  matchRegex,
  quote,
  replaceCharacters,
  replaceText,
  unescape,
  withoutItem,
} from "./_strings.ts";
import { splitArguments } from "./_arguments.ts";

/** The arguments of a function whose first is the name of a variable: its value in place of the name. */
async function ofVariable(call: Call, args: string): Promise<[value: string, ...rest: string[]]> {
  const [name = "", ...rest] = splitArguments(args, { raw: true });
  if (name.trim() === "") throw new SyntaxError("the name of a variable is missing");
  return [await call.variable(name.trim()) ?? "", ...rest];
}

function delimiterOf(text: string | undefined): string {
  return unescape(text ?? "") || ",";
}

const PURE: Readonly<Record<string, (args: string) => string>> = {
  LEN: (args) => String([...args].length),
  TOUPPER: (args) => args.toUpperCase(),
  TOLOWER: (args) => args.toLowerCase(),
  TRIM: (args) => args.trim(),
  LTRIM: (args) => args.trimStart(),
  RTRIM: (args) => args.trimEnd(),
  FILTER: (args) => {
    const [allowed = "", text = ""] = splitArguments(args, { raw: true, limit: 2 });
    return filterCharacters(allowed, text);
  },
  STRBETWEEN: (args) => {
    const [text = "", before = "", after = ""] = splitArguments(args, { raw: true });
    return between(text, before, after);
  },
  QUOTE: quote,
  CSV_QUOTE: csvQuote,
  PASSTHRU: (args) => args,
  KEYPADHASH: keypad,
  STRFTIME: (args) => {
    const [epoch = "", timeZone = "", format = "%c"] = splitArguments(args, { raw: true, limit: 3 });
    const milliseconds = /^\d+(\.\d+)?$/.test(epoch.trim()) ? Number(epoch) * 1000 : Date.now();
    return formatTime(milliseconds, { format, timeZone: timeZone.trim() || undefined });
  },
};

const OF_VARIABLE: Readonly<Record<string, (value: string, rest: readonly string[]) => string>> = {
  FIELDQTY: (value, [delimiter]) => String(value.split(delimiterOf(delimiter)).length),
  FIELDNUM: (value, [delimiter, field = ""]) => String(value.split(delimiterOf(delimiter)).indexOf(field) + 1),
  REPLACE: (value, [find = "", replacement = ""]) => replaceCharacters(value, find, replacement),
  STRREPLACE: (value, [find = "", replacement = "", most = ""]) =>
    replaceText(value, unescape(find), {
      replacement: unescape(replacement),
      most: /^\d+$/.test(most) ? Number(most) : Infinity,
    }),
  LISTFILTER: (value, [delimiter, item = ""]) => withoutItem(value, delimiterOf(delimiter), item),
};

/** Takes the item at one end off a list. */
async function take(call: Call, args: string, last: boolean): Promise<string> {
  const [name = "", delimiter] = splitArguments(args, { raw: true });
  const items = (await call.variable(name) ?? "").split(delimiterOf(delimiter));
  const item = (last ? items.pop() : items.shift()) ?? "";
  await call.setVariable(name, items.join(delimiterOf(delimiter)));
  return item;
}

/** Puts an item to one end of a list. */
async function put(call: Call, args: string, { value, last }: { value: string; last: boolean }): Promise<void> {
  const [name = "", delimiter] = splitArguments(args, { raw: true });
  const list = await call.variable(name) ?? "";
  const parts = list === "" ? [value] : last ? [list, value] : [value, list];
  await call.setVariable(name, parts.join(delimiterOf(delimiter)));
}

async function setArray(call: Call, names: string, values: string): Promise<void> {
  const list = splitArguments(values);
  for (const [index, name] of splitArguments(names).entries()) await call.setVariable(name.trim(), list[index] ?? "");
}

/** What takes too long has not matched, as far as the call is concerned. */
function regex(host: ModuleHost, args: string): string {
  try {
    return matchRegex(args) ? "1" : "0";
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    host.log.warning(`Function REGEX(${args.slice(0, 200)}): ${error.message}`);
    return "0";
  }
}

function registerLists(host: ModuleHost): void {
  host.function("ARRAY", { write: setArray });
  host.function("PUSH", { write: (call, args, value) => put(call, args, { value, last: true }) });
  host.function("UNSHIFT", { write: (call, args, value) => put(call, args, { value, last: false }) });
  host.function("POP", { read: (call, args) => take(call, args, true) });
  host.function("SHIFT", { read: (call, args) => take(call, args, false) });
}

/** Functions of texts. */
export default defineModule({
  license: "MIT",
  description: "String handling dialplan functions",
  load(host) {
    for (const [name, run] of Object.entries(PURE)) host.function(name, { read: (_call, args) => run(args) });
    for (const [name, run] of Object.entries(OF_VARIABLE)) {
      host.function(name, {
        read: async (call, args) => {
          const [value, ...rest] = await ofVariable(call, args);
          return run(value, rest);
        },
      });
    }
    host.function("REGEX", { read: (_call, args) => regex(host, args) });
    registerLists(host);
    return LoadResult.SUCCESS;
  },
});
