package io.muster.api.request;

import io.muster.api.name.InstanceName;
import io.muster.api.state.ImagePullPolicy;

/**
 * What a workload needs images for, be it one of the desired state or not: agents read from it
 * which images that are, and get them ahead of its start.
 *
 * @param instance names what becomes of it; its agent is who gets the images
 * @param runtime that is to have them
 * @param runtimeConfig with its templates filled in
 * @param policy of the workload
 * @param forced the policy was asked for: it wins over what the runtimeConfig says
 */
public record ImageOrder(
        InstanceName instance,
        String runtime,
        String runtimeConfig,
        ImagePullPolicy policy,
        boolean forced) {
    /** The same under a policy that somebody asked for. */
    public ImageOrder under(ImagePullPolicy asked) {
        return new ImageOrder(instance, runtime, runtimeConfig, asked, true);
    }
}
