package io.muster.agent;

import io.muster.api.runtime.RuntimeFailure;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * What a runtime is asked to do, under way: blocking work that can be made to give up. Any thread.
 */
final class TaskJob<T> implements Callable<T> {
    private final Callable<T> work;
    private @Nullable Thread worker;
    private boolean abandoned;
    private boolean finished;

    TaskJob(Callable<T> work) {
        this.work = work;
    }

    @Override
    public T call() throws Exception {
        begin();
        try {
            var answer = work.call();
            end(true);
            return answer;
        } catch (RuntimeFailure e) {
            end(true);
            throw e;
        } finally {
            end(false);
        }
    }

    private synchronized void begin() throws RuntimeFailure {
        if (abandoned) {
            throw new RuntimeFailure("it was given up before it began", true);
        }
        worker = Thread.currentThread();
    }

    private synchronized void end(boolean complete) {
        worker = null;
        finished |= complete;
    }

    /**
     * Makes it give up.
     *
     * @return whether it was not at work and never will be, so that no answer is to come
     */
    synchronized boolean interrupt() {
        if (finished || abandoned) {
            return false;
        }
        if (worker != null) {
            worker.interrupt();
            return false;
        }
        abandoned = true;
        return true;
    }
}
