-- | Tokens of programs. Each has a row among the staff, so that what it does has an author.
module Retail.Db.ApiToken (findToken, addToken, revokeToken, listTokens) where

import Control.Monad (void)
import Data.ByteString (ByteString)
import Data.Text (Text)
import Data.UUID.Types (toText)
import Database.PostgreSQL.Simple
import Database.PostgreSQL.Simple.Types (PGArray (..))
import Retail.Contract.Client
import Retail.Contract.Staff (Grant)
import Retail.Db.Field ()
import Retail.Db.Row
import Retail.Db.Staff (grantOf)
import Retail.Db.Transaction
import Retail.Domain.Id

findToken :: Database -> ByteString -> IO (Maybe (Id "organisation", Id "staff", [Grant]))
findToken database tokenHash = do
  rows <- readAnywhere database "select * from find_api_token(?)" [Binary tokenHash]
  pure ((\(organisation, staff, PGArray grants) -> (organisation, staff, concatMap grantOf grants)) <$> one rows)

-- | Nobody logs in with its row: the empty hash fits no password.
addToken :: Connection -> Id "api-token" -> ByteString -> Id "staff" -> NewApiToken -> IO ApiToken
addToken connection token@(Id uuid) tokenHash author NewApiToken {..} = do
  void (execute connection "insert into staff (id, email, name, password_hash) values (?, ?, ?, '')" (token, "token:" <> toText uuid :: Text, name))
  justOne
    =<< query
      connection
      "insert into api_token (id, name, location, token_hash, created_by) values (?, ?, ?, ?, ?) returning id, name, location, created_at, revoked_at"
      (token, name, locationId, Binary tokenHash, author)

-- | As it is now, if there is one.
revokeToken :: Connection -> Id "api-token" -> IO (Maybe ApiToken)
revokeToken connection token =
  one
    <$> query
      connection
      "update api_token set revoked_at = coalesce(revoked_at, now()) where id = ? returning id, name, location, created_at, revoked_at"
      [token]

listTokens :: Database -> Id "organisation" -> IO [ApiToken]
listTokens database organisation =
  readTenant database organisation "select id, name, location, created_at, revoked_at from api_token order by created_at desc, id limit 1000" ()
