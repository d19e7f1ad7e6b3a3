/*** MODULEINFO
  <support_level>core</support_level>
***/

/*** DOCUMENTATION
  <function name="MATH">
    <synopsis>Performs Mathematical Functions.</synopsis>
    <syntax>
      <parameter name="expression" required="true">
        <para>number1 op number2; op is one of + - / * % &lt;&lt; &gt;&gt; ^ AND OR XOR &lt; &gt; &lt;= &gt;= ==</para>
      </parameter>
      <parameter name="type">
        <para>float (six decimals, the default), int, hex or char.</para>
      </parameter>
    </syntax>
  </function>
  <function name="INC">
    <synopsis>Increments the value of a variable, while returning the updated value to the dialplan</synopsis>
    <syntax><parameter name="variable" required="true" /></syntax>
  </function>
  <function name="DEC">
    <synopsis>Decrements the value of a variable, while returning the updated value to the dialplan</synopsis>
    <syntax><parameter name="variable" required="true" /></syntax>
  </function>
  <function name="MIN">
    <synopsis>Returns the minimum of two numbers.</synopsis>
    <syntax><parameter name="num1" /><parameter name="num2" /></syntax>
  </function>
  <function name="MAX">
    <synopsis>Returns the maximum of two numbers.</synopsis>
    <syntax><parameter name="num1" /><parameter name="num2" /></syntax>
  </function>
  <function name="ABS">
    <synopsis>Absolute value of a number.</synopsis>
    <syntax><parameter name="num" /></syntax>
  </function>
***/
import { type Call, defineModule, LoadResult } from "asterism";
import { evaluateMath, number, wholeNumber } from "./_math.ts";

async function change(call: Call, variable: string, by: number): Promise<string> {
  const name = variable.trim();
  if (name === "") throw new SyntaxError("the variable is missing; syntax: INC(<variable>)");
  const value = String(wholeNumber(await call.variable(name) ?? "") + by);
  await call.setVariable(name, value);
  return value;
}

function extreme(args: string, choose: (a: number, b: number) => number): string {
  const [a = "", b = ""] = args.split(",");
  return String(choose(number(a), number(b)));
}

/** MATH, INC, DEC, MIN, MAX and ABS. */
export default defineModule({
  license: "MIT",
  description: "Mathematical dialplan function",
  load(host) {
    host.function("MATH", { read: (_call, args) => evaluateMath(args) });
    host.function("INC", { read: (call, args) => change(call, args, 1) });
    host.function("DEC", { read: (call, args) => change(call, args, -1) });
    host.function("MIN", { read: (_call, args) => extreme(args, Math.min) });
    host.function("MAX", { read: (_call, args) => extreme(args, Math.max) });
    host.function("ABS", { read: (_call, args) => String(Math.abs(number(args))) });
    return LoadResult.SUCCESS;
  },
});
