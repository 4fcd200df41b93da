package io.muster.api.template;

/** Unwinds the library's stack when a template cannot be rendered; never leaves this package. */
final class TemplateFault extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String what;
    private final String remedy;

    TemplateFault(String what, String remedy) {
        super(what + "; " + remedy, null, false, false);
        this.what = what;
        this.remedy = remedy;
    }

    String what() {
        return what;
    }

    String remedy() {
        return remedy;
    }
}
