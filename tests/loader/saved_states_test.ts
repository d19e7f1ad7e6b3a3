import { assertEquals } from "@std/assert";
import { Activity } from "../../src/loader/activity.ts";
import { SavedStates } from "../../src/loader/saved_states.ts";

Deno.test("SavedStates gives the oldest up when all are too much", () => {
  const states = new SavedStates(10);
  states.set("a", "1234");
  states.set("b", "1234");
  states.set("a", "12");
  states.set("c", "12345");
  assertEquals(["a", "b", "c"].map((key) => states.get(key)), ["12", undefined, "12345"]);
  states.delete("c");
  states.set("b", "12345678");
  assertEquals(["a", "b", "c"].map((key) => states.get(key)), ["12", "12345678", undefined]);
});

Deno.test("Activity.of() gives every caller counts of their own for a module that did nothing", () => {
  const activity = new Activity();
  assertEquals(activity.of("nobody").calls, 0);
  activity.started("nobody");
  assertEquals([activity.of("nobody").starts, activity.of("NOBODY").starts], [1, 1]);
});
