// A page that is opened from the disk may not start a Worker in most browsers. The search of this site asks for one,
// so here a hidden frame does the work: messages go in and out as with a Worker.
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    constructor(url) {
      super();
      this.onmessage = this.onerror = this.onmessageerror = null;
      this.waiting = [];
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      this.frame.worker = this;
      const address = String(new URL(url, document.baseURI)).replace(/"/g, "%22");
      this.frame.srcdoc =
        `<script>self.postMessage = data => frameElement.worker.receive(data)</script><script src="${address}"></script>`;
      this.frame.addEventListener("load", () => {
        const waiting = this.waiting;
        this.waiting = null;
        waiting.forEach(data => this.postMessage(data));
      });
      document.documentElement.append(this.frame);
    }
    postMessage(data) {
      if (this.waiting) this.waiting.push(data);
      else if (this.frame.contentWindow) {
        const inside = this.frame.contentWindow;
        setTimeout(() => inside.dispatchEvent(new inside.MessageEvent("message", { data })));
      }
    }
    receive(data) {
      setTimeout(() => {
        const message = new MessageEvent("message", { data });
        if (this.onmessage) this.onmessage(message);
        this.dispatchEvent(message);
      });
    }
    terminate() {
      this.frame.remove();
    }
  };
}
