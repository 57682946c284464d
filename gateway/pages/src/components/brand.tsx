/** The product's mark and name. */
export function Brand() {
  return (
    <span class="brand">
      <img src="/favicon.svg" alt="" width="28" height="28" />
      Classbridge
    </span>
  );
}
