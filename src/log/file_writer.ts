/**
 * The library that writes files of the log. A file of its own, loaded when a channel needs one: it brings Node's modules
 * along, which every start would pay for.
 *
 * @module
 */
export { default } from "sonic-boom";
