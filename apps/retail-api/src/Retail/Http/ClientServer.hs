-- | Programs that act for the organisation, and what its payment provider sent.
module Retail.Http.ClientServer (clientServer) where

import Control.Monad (when)
import Data.ByteString qualified as Bytes
import Data.ByteString.Lazy qualified as Lazy
import Data.Maybe (fromMaybe)
import Data.Text qualified as Text
import Data.Text.Encoding (decodeUtf8)
import Data.UUID.Types qualified as UUID
import Retail.App.Env
import Retail.App.Password (newToken)
import Retail.App.Problem
import Retail.App.Work
import Retail.Contract.Client
import Retail.Contract.Secret (reveal)
import Retail.Db.ApiToken qualified as Tokens
import Retail.Db.PaymentEvent qualified as Events
import Retail.Db.Transaction (inTransaction)
import Retail.Domain.Id
import Retail.Domain.Role (Permission (..))
import Retail.Http.Api
import Retail.Http.Common
import Servant.Server.Generic (AsServerT)

clientServer :: Env -> Actor -> ClientApi (AsServerT IO)
clientServer env@Env {database, random} actor@Actor {organisation, staff} =
  ClientApi
    { listApiTokens = managing >> Tokens.listTokens database organisation,
      -- Without an idempotency key: its answer would be kept, and with it the token.
      addApiToken = \request@NewApiToken {name} -> do
        managing
        when (Text.null (Text.strip name)) (refuse InvalidValue "A token has a name.")
        apiTokenId <- Id . uuidOf <$> random 16
        (token, tokenHash) <- newToken random
        apiToken <- inTransaction database organisation $ \connection -> do
          made <- Tokens.addToken connection apiTokenId tokenHash staff request
          made <$ noteBy connection actor "add-api-token" (Just apiTokenId) name
        pure ApiTokenMade {apiToken, token = decodeUtf8 token},
      revokeApiToken = \token key ->
        managing
          >> mutate
            env
            actor
            key
            ("revoke " <> idText token)
            ()
            ( \work@Work {connection} -> do
                revoked@ApiToken {name} <- Tokens.revokeToken connection token >>= found "token"
                revoked <$ note work "revoke-api-token" (Just token) name
            ),
      setPaymentSecret = \key request@PaymentSecret {secret} ->
        managing
          >> mutate
            env
            actor
            key
            "payment-secret"
            request
            ( \work@Work {connection} -> do
                when (Bytes.length (reveal secret) < 32) (refuse InvalidValue "A payment secret has at least 32 characters.")
                setAt <- Events.setSecret connection (reveal secret)
                PaymentSecretSet {setAt} <$ note work "set-payment-secret" (Nothing :: Maybe (Id "organisation")) ""
            ),
      listPaymentEvents = \after limit -> do
        requireEverywhere actor ReadReports
        pageOf limit (\PaymentEventKept {eventId} -> eventId) <$> Events.listEvents database organisation after (size limit)
    }
  where
    managing = requireEverywhere actor ManageClients
    uuidOf = fromMaybe UUID.nil . UUID.fromByteString . Lazy.fromStrict
