import { defineModule } from "asterism";

export default defineModule({
  license: "MIT",
  description: "Module plugin",
  load() {
    const kept = [];
    const grow = () => {
      for (let count = 0; count < 100_000; count++) kept.push({ count, text: String(count) });
      setTimeout(grow, 0);
    };
    grow();
    return new Promise(() => {});
  },
});
