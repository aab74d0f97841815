package aem.core.internal;

/**
 * A place in the tree of one process: the process itself is the root, its events and handles stand below. All links are
 * guarded by the root's monitor; the tree changes when something is registered or ends, never per activation.
 */
abstract class Node {
    private Node parent;
    private Node first;
    private Node last;
    private Node next;
    private Node prev;

    final Node above() {
        return parent;
    }

    final Node firstChild() {
        return first;
    }

    final Node nextSibling() {
        return next;
    }

    /** Makes this the youngest child of {@code newParent}. */
    final void linkUnder(Node newParent) {
        parent = newParent;
        prev = newParent.last;
        next = null;
        if (prev == null) {
            newParent.first = this;
        } else {
            prev.next = this;
        }
        newParent.last = this;
    }

    /** Takes this, with all below it, out of the tree. */
    final void unlink() {
        if (parent == null) {
            return;
        }
        if (prev == null) {
            parent.first = next;
        } else {
            prev.next = next;
        }
        if (next == null) {
            parent.last = prev;
        } else {
            next.prev = prev;
        }
        parent = null;
        prev = null;
        next = null;
    }

    /** Takes this alone out of the tree: its children become its parent's youngest. */
    final void unlinkLeavingChildren() {
        Node heir = parent;
        if (heir == null) {
            return;
        }
        unlink();
        while (first != null) {
            Node child = first;
            child.unlink();
            child.linkUnder(heir);
        }
    }
}
