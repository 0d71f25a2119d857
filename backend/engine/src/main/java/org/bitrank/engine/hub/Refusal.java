package org.bitrank.engine.hub;

import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;

/** What a refusal of the hub means, and who must do what. Its {@code X-Error-Code} tells more than the status. */
final class Refusal {
    private Refusal() {}

    /** @param file what was asked for, or null for the repository itself */
    static BitRankException of(Reply reply, HubAddress about, String file, HubSettings settings) {
        String page = settings.endpoint() + "/" + about.kind().prefix() + about.id();
        boolean token = settings.token().isPresent();
        String code = reply.headers().firstValue("x-error-code").orElse("");
        return switch (code) {
            case "GatedRepo" -> BitRankException.dataMissing(gated(about, page, token));
            case "RevisionNotFound" -> BitRankException.badInput("the %s has no revision '%s'; %s/tree/main shows its branches and tags"
                    .formatted(about.label(), about.revision(), page));
            case "EntryNotFound" -> noFile(about, file);
            case "DisabledRepo" -> BitRankException.dataMissing("the hub has closed the %s; see %s".formatted(about.label(), page));
            case "RepoNotFound" -> notFound(about, settings, token);
            default -> byStatus(reply, about, file, settings, page);
        };
    }

    private static BitRankException byStatus(Reply reply, HubAddress about, String file, HubSettings settings, String page) {
        boolean token = settings.token().isPresent();
        return switch (reply.status()) {
            case 401 -> token
                    ? BitRankException.dataMissing("the hub does not accept the token in HF_TOKEN; make a new one at %s/settings/tokens, or unset it"
                            .formatted(settings.endpoint()))
                    : notFound(about, settings, false);
            case 403 -> BitRankException.dataMissing(token
                    ? "the token in HF_TOKEN may not read the %s; give it that right at %s/settings/tokens, or ask its owner at %s"
                            .formatted(about.label(), settings.endpoint(), page)
                    : "the %s is not open to everybody; set HF_TOKEN to a token that may read it (%s)".formatted(about.label(), page));
            case 404, 410 -> file == null ? notFound(about, settings, token) : noFile(about, file);
            case 451 -> BitRankException.dataMissing("the hub may not give out the %s here for legal reasons; see %s".formatted(about.label(), page));
            default -> useless("the hub %s answers %d for the %s".formatted(settings.endpoint(), reply.status(), about.label()));
        };
    }

    private static BitRankException useless(String message) {
        return new BitRankException(FailureClass.INFRASTRUCTURE, message + "; check HF_ENDPOINT and the proxy", new HubUnreachable(message, null));
    }

    private static String gated(HubAddress about, String page, boolean token) {
        return token
                ? "the %s is gated and the account of the token in HF_TOKEN has not been let in; accept its terms at %s with that account"
                        .formatted(about.label(), page)
                : "the %s is gated; accept its terms at %s and set HF_TOKEN to a token of that account".formatted(about.label(), page);
    }

    private static BitRankException notFound(HubAddress about, HubSettings settings, boolean token) {
        return BitRankException.badInput("there is no %s at %s that %s may read; check the name%s".formatted(
                about.label(),
                settings.endpoint(),
                token ? "the token in HF_TOKEN" : "everybody",
                token ? ", or the token's rights" : ", or set HF_TOKEN if it is private"));
    }

    private static BitRankException noFile(HubAddress about, String file) {
        return BitRankException.badInput("the %s has no file %s at revision %s".formatted(about.label(), file, about.revision()));
    }
}
